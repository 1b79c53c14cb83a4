;; Instantiation traps before the program starts.
(module
  (memory 1)
  (data (i32.const 0xffff) "ab")
  (func (export "_start") unreachable))

;; ! wasm trap: out of bounds memory access
;; !   0: (instantiation)   (data_segment.wat+0x0000)
;; = 134
