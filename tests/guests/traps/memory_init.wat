;; A segment that was dropped has no bytes.
(module
  (memory 1)
  (data $segment "text")
  (func (export "_start")
    (memory.init $segment (i32.const 0) (i32.const 0) (i32.const 4))
    (data.drop $segment)
    (memory.init $segment (i32.const 0) (i32.const 0) (i32.const 1))))

;; ! wasm trap: out of bounds memory access
;; !   0: <function 0>   (memory_init.wat+0x003e)
;; = 134
