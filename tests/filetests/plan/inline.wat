;;! stage = "plan"
;; What is inlined: small functions, functions with one call, functions behind a table. What is not: cycles,
;; and functions of the host. What something else refers to is compiled as well.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (type $unary (func (param i32) (result i32)))
  (table 2 funcref)
  (elem (i32.const 1) $in_table)
  (func $small (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $with_small (param i32) (result i32) (call $small (call $small (local.get 0))))
  (func $in_table (type $unary) (call $with_small (local.get 0)))
  (func $cycle (param i32) (result i32) (call $of_cycle (local.get 0)))
  (func $of_cycle (param i32) (result i32) (call $cycle (call $small (local.get 0))))
  (func $itself (param i32) (call $itself (local.get 0)))
  (func $main (export "_start")
    (drop (call $yield))
    (drop (call $with_small (i32.const 1)))
    (drop (call_indirect (type $unary) (i32.const 7) (i32.const 1)))
    (drop (call $cycle (i32.const 1)))
    (call $itself (i32.const 2))))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 16 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(6))
;; signature 1: [i32] -> [i32]
;; signature 2: [] -> [i32]
;; signature 3: [i32] -> []
;; signature 4: [] -> []
;; table 0: 2..=10000000 funcref, constant at 0x7000040
;;   1: function 2
;; calls of signature 1 in table 0: function 2 at [1]
;; instance 0: "inline.wat"
;; function 0: instance 0 func 1, signature 1 (inlined)
;; function 1: instance 0 func 2, signature 1 (inlined)
;;   inlines function 0
;; function 2: instance 0 func 3, signature 1
;;   inlines function 1
;; function 3: instance 0 func 4, signature 1
;; function 4: instance 0 func 5, signature 1
;;   inlines function 0
;; function 5: instance 0 func 6, signature 3
;;   inlines itself, 4 deep
;; function 6: instance 0 func 7, signature 4
;;   inlines function 1
;;   inlines function 2
;;   inlines function 3
;;   inlines function 5
;; function 7: host wasiaot_p1_sched_yield, no memory, signature 2
