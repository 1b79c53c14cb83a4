(module
  (memory 1)
  (func (export "_start") (memory.copy (i32.const 0) (i32.const -1) (i32.const 2))))

;; ! wasm trap: out of bounds memory access
;; !   0: <function 0>   (memory_copy.wat+0x002e)
;; = 134
