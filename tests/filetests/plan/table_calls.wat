;;! stage = "plan"
;;! pass = "-unify"
;; Calls through tables are planned by table and type, where nothing writes the table and at most eight
;; entries have the type.
(module
  (type $unary (func (param i32) (result i32)))
  (type $never (func (param f32)))
  (table $constant 12 funcref)
  (table $changing 1 funcref)
  (elem (table $constant) (i32.const 1) func $f $main $f $g)
  (elem (table $constant) (i32.const 5) func $main $main $main $main $main $main $main)
  (elem (table $changing) (i32.const 0) func $f)
  (func $f (type $unary) (local.get 0))
  (func $g (type $unary) (local.get 0))
  (func $main (export "_start")
    (drop (call_indirect $constant (type $unary) (i32.const 7) (i32.const 1)))
    (drop (call_indirect $changing (type $unary) (i32.const 7) (i32.const 0)))
    (call_indirect $constant (type $never) (f32.const 1) (i32.const 0))
    (call_indirect $constant (i32.const 2))
    (table.set $changing (i32.const 0) (ref.null func))))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 96 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(2))
;; signature 1: [i32] -> [i32]
;; signature 2: [f32] -> []
;; signature 3: [] -> []
;; table 0: 12..=10000000 funcref, constant at 0x7000070
;;   1: function 0
;;   2: function 2
;;   3: function 0
;;   4: function 1
;;   5: function 2
;;   6: function 2
;;   7: function 2
;;   8: function 2
;;   9: function 2
;;   10: function 2
;;   11: function 2
;; table 1: 1..=10000000 funcref, record 0x1000040, initial entries at 0x1000060
;;   0: function 0
;; calls of signature 1 in table 0: function 0 at [1, 3] function 1 at [4]
;; calls of signature 2 in table 0:
;; calls of signature 3 in table 0: function 2 at [2, 5, 6, 7, 8, 9, 10, 11]
;; instance 0: "table_calls.wat"
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 1, signature 1
;; function 2: instance 0 func 2, signature 3
;;   inlines function 0
;;   inlines function 1
;;   inlines itself, 4 deep
