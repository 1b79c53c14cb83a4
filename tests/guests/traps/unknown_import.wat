;;! build = "--unknown-imports trap"
;; An unknown import traps when it is called; the backtrace starts at the caller.
(module
  (import "env" "missing" (func $missing (param i64) (result f32)))
  (func $caller (drop (call $missing (i64.const 1))))
  (func (export "_start") (call $caller)))

;; ! wasm trap: call of an unknown import `env missing`
;; !   0: caller         (unknown_import.wat+0x003c)
;; !   1: <function 2>   (unknown_import.wat+0x0042)
;; = 134
