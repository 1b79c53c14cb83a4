;;! stage = "plan"
;;! pass = "-unify"
;; A table that is only read is constant, one that is written has a record, and one that is not used at
;; all is absent. Of a table that is written but never read, nobody sees the entries.
(module
  (table $constant 2 funcref)
  (table $mutable 2 funcref)
  (table $write_only 2 funcref)
  (table $absent 2 funcref)
  (elem (table $constant) (i32.const 1) func $f)
  (elem (table $mutable) (i32.const 1) func $f)
  (elem (table $write_only) (i32.const 1) func $g)
  (elem (table $absent) (i32.const 1) func $f)
  (func $f)
  (func $g)
  (func (export "_start")
    (call_indirect $constant (i32.const 1))
    (call_indirect $mutable (i32.const 1))
    (table.set $mutable (i32.const 0) (ref.null func))
    (table.set $write_only (i32.const 0) (ref.null func))))

;; context 0x1000010, 144 bytes
;; constants 0x70000a0, 16 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(2))
;; signature 1: [] -> []
;; table 0: 2..=10000000 funcref, constant at 0x70000a0
;;   1: function 0
;; table 1: 2..=10000000 funcref, record 0x1000040, initial entries at 0x1000080
;;   1: function 0
;; table 2: 2..=10000000 funcref, record 0x1000060, initial entries at 0x1000090
;; table 3: 2..=10000000 funcref, never read
;; calls of signature 1 in table 0: function 0 at [1]
;; instance 0: "tables.wat"
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 1, signature 1 (not compiled)
;; function 2: instance 0 func 2, signature 1
;;   inlines function 0
