;; A backtrace names the functions, innermost first, and the places in the module.
(module
  (func $inner unreachable)
  (func $middle (call $inner))
  (func $outer (call $middle))
  (func (export "_start") (call $outer)))

;; ! wasm trap: unreachable
;; !   0: inner          (unreachable.wat+0x0026)
;; !   1: middle         (unreachable.wat+0x002a)
;; !   2: outer          (unreachable.wat+0x002f)
;; !   3: <function 3>   (unreachable.wat+0x0034)
;; = 134
