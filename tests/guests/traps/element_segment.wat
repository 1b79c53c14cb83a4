(module
  (table 1 funcref)
  (elem (i32.const 1) $f)
  (func $f)
  (func (export "_start") unreachable))

;; ! wasm trap: out of bounds table access
;; !   0: (instantiation)   (element_segment.wat+0x0000)
;; = 134
