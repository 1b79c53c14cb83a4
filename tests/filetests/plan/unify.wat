;;! stage = "plan"
;;! pass = "-inline"
;; Functions with the same type and the same body are one, wherever they are named: in a table, in an export, in
;; another function. A body that calls another function, and one of another type, are others.
(module
  (table 6 6 funcref)
  (elem (i32.const 0) $one $same $calls_one $calls_same $other_type $same)
  (func $one (param i32) (result i32) (i32.add (local.get 0) (i32.const 7)))
  (func $same (param i32) (result i32) (i32.add (local.get 0) (i32.const 7)))
  (func $calls_one (param i32) (result i32) (call $one (local.get 0)))
  (func $calls_same (param i32) (result i32) (call $same (local.get 0)))
  (func $other_type (param i32 i32) (result i32) (i32.add (local.get 0) (i32.const 7)))
  (func (export "_start")
    (drop (call $one (i32.const 0)))
    (drop (call $same (i32.const 1)))
    (drop (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 4)))))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 48 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(4))
;; signature 1: [i32] -> [i32]
;; signature 2: [i32 i32] -> [i32]
;; signature 3: [] -> []
;; table 0: 6..=6 funcref, constant at 0x7000040
;;   0: function 0
;;   1: function 0
;;   2: function 1
;;   3: function 2
;;   4: function 3
;;   5: function 0
;; calls of signature 1 in table 0: function 0 at [0, 1, 5] function 1 at [2] function 2 at [3]
;; instance 0: "unify.wat"
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 2, signature 1
;; function 2: instance 0 func 3, signature 1
;; function 3: instance 0 func 4, signature 2
;; function 4: instance 0 func 5, signature 3
