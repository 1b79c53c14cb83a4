;;! build = "--symbols strip"
;; Without names, a backtrace has numbers.
(module
  (func $inner unreachable)
  (func $outer (call $inner))
  (func (export "_start") (call $outer)))

;; ! wasm trap: unreachable
;; !   0: <function 0>   (strip.wat+0x0025)
;; !   1: <function 1>   (strip.wat+0x0029)
;; !   2: <function 2>   (strip.wat+0x002e)
;; = 134
