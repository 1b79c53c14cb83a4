;; A memory without pages.
(module
  (memory 0)
  (func (export "_start") (i32.store (i32.const 0) (i32.const 1))))

;; ! wasm trap: out of bounds memory access (address 0x0, memory size 0x0)
;; !   0: <function 0>   (empty_memory.wat+0x002c)
;; = 134
