;; Bulk operations are checked before they begin.
(module
  (memory 1)
  (func $fill (memory.fill (i32.const 0xfff0) (i32.const 1) (i32.const 17)))
  (func (export "_start") (call $fill)))

;; ! wasm trap: out of bounds memory access
;; !   0: fill           (memory_fill.wat+0x0031)
;; !   1: <function 1>   (memory_fill.wat+0x0037)
;; = 134
