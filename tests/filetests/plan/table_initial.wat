;;! stage = "plan"
;;! pass = "-unify"
;; A table starts with what its initializer says; segments come after.
(module
  (type $f (func))
  (table 3 (ref $f) (ref.func $a))
  (elem (i32.const 1) (ref $f) (ref.func $b))
  (func $a)
  (func $b)
  (func (export "_start") (call_ref $f (table.get (i32.const 2)))))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 24 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(2))
;; signature 1: [] -> []
;; table 0: 3..=10000000 (ref 0), constant at 0x7000040
;;   0: function 0
;;   1: function 1
;;   2: function 0
;; instance 0: "table_initial.wat"
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 1, signature 1
;; function 2: instance 0 func 2, signature 1
