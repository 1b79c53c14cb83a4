;; Names come from the module: whatever could act on a terminal is shown as a number, long names push
;; nothing aside.
(module
  (func $"esc \1b[31m line\0a" unreachable)
  (func $"a name that is longer than any column of names in a backtrace could be" (call 0))
  (func $"größe" (call 1))
  (func (export "_start") (call 2)))

;; ! wasm trap: unreachable
;; !   0: esc \u{1b}[31m line\u{a}   (names.wat+0x0026)
;; !   1: a name that is longer than any column of names in a backtrace could be   (names.wat+0x002a)
;; !   2: größe             (names.wat+0x002f)
;; !   3: <function 3>      (names.wat+0x0034)
;; = 134
