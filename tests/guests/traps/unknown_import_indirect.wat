;;! build = "--unknown-imports trap"
;; The same through a table.
(module
  (import "env" "missing" (func $missing))
  (table 1 funcref)
  (elem (i32.const 0) $missing)
  (func $caller (call_indirect (i32.const 0)))
  (func (export "_start") (call $caller)))

;; ! wasm trap: call of an unknown import `env missing`
;; !   0: caller         (unknown_import_indirect.wat+0x0046)
;; !   1: <function 2>   (unknown_import_indirect.wat+0x004c)
;; = 134
