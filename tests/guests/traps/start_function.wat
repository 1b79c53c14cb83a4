;; The start function is part of instantiation.
(module
  (start $init)
  (func $init unreachable)
  (func (export "_start")))

;; ! wasm trap: unreachable
;; !   0: init              (start_function.wat+0x0027)
;; !   1: (instantiation)   (start_function.wat+0x0000)
;; = 134
