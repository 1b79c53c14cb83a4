;;! stage = "plan"
;;! pass = "-unify"
;; Compiled is what the start can reach: by calls, references, and entries of tables that it reads.
;; Other exports do not count, and neither do functions that only each other call.
(module
  (table $read 1 funcref)
  (table $not_read 1 funcref)
  (elem (table $read) (i32.const 0) func $in_table)
  (elem (table $not_read) (i32.const 0) func $in_other_table)
  (elem declare func $referred)
  (func $called)
  (func $referred)
  (func $in_table)
  (func $in_other_table)
  (func $ping (call $pong))
  (func $pong (call $ping))
  (func (export "other"))
  (func (export "_start")
    (call $called)
    (drop (ref.func $referred))
    (call_indirect $read (i32.const 0))))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 8 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(7))
;; signature 1: [] -> []
;; table 0: 1..=10000000 funcref, constant at 0x7000040
;;   0: function 2
;; table 1: 1..=10000000 funcref, never read
;; calls of signature 1 in table 0: function 2 at [0]
;; instance 0: "unreachable_functions.wat"
;; function 0: instance 0 func 0, signature 1 (inlined)
;; function 1: instance 0 func 1, signature 1
;; function 2: instance 0 func 2, signature 1
;; function 3: instance 0 func 3, signature 1 (not compiled)
;; function 4: instance 0 func 4, signature 1 (not compiled)
;; function 5: instance 0 func 5, signature 1 (not compiled)
;; function 6: instance 0 func 6, signature 1 (not compiled)
;; function 7: instance 0 func 7, signature 1
;;   inlines function 0
;;   inlines function 2
