;;! stage = "plan"
;; Functions that call what they are given have copies for the constants that they are given.
(module
  (type $compare (func (param i32 i32) (result i32)))
  (type $other (func))
  (table 8 funcref)
  (elem (i32.const 1) func $less $greater $wrapped $main)
  (global $changes (mut i32) (i32.const 0))
  (memory 1)
  (func $less (type $compare) (i32.lt_s (local.get 0) (local.get 1)))
  (func $greater (type $compare) (i32.gt_s (local.get 0) (local.get 1)))
  (func $wrapped (type $compare) (i32.load offset=12 (i32.div_s (local.get 0) (local.get 1))))
  ;; Calls its second parameter, and passes it on to itself and to another.
  (func $sort (param $n i32) (param $compare i32) (param $size i32)
    (loop $again
      (br_if $again (call_indirect (type $compare) (local.get $n) (local.get $size) (local.get $compare)))
      (call $swap (local.get $n) (local.get $size))
      (if (local.get $n) (then
        (call $sort (i32.shr_u (local.get $n) (i32.const 1)) (local.get $compare) (local.get $size))
        (call $pass (local.get $n) (local.get $compare) (i32.const 9))))))
  ;; Only the functions above call it, with the same size in all copies.
  (func $swap (param $n i32) (param $size i32)
    (loop $again
      (memory.copy (local.get $n) (i32.const 64) (local.get $size))
      (br_if $again (i32.load (local.get $n)))))
  (func $pass (param $n i32) (param $compare i32) (param $by i32)
    (call $sort (i32.mul (local.get $n) (local.get $by)) (local.get $compare) (i32.const 4)))
  ;; What it is given is not what it calls.
  (func $writes (param $f i32) (result i32)
    (local.set $f (i32.add (local.get $f) (global.get $changes)))
    (call_indirect (type $compare) (i32.const 1) (i32.const 2) (local.get $f)))
  (func $calls (param $f i32) (result i32)
    (i32.add (global.get $changes) (call_indirect (type $compare) (i32.const 1) (i32.const 2) (local.get $f))))
  (func $main (export "_start")
    (global.set $changes (i32.const 1))
    (call $sort (i32.const 100) (i32.const 1) (i32.const 4))
    (call $sort (global.get $changes) (i32.const 2) (i32.const 4))
    (call $sort (i32.load (i32.const 0)) (i32.const 2) (i32.const 4))
    (drop (call $writes (i32.const 1)))
    ;; Another type, no function, and no entry: these trap.
    (drop (call $calls (i32.const 4)))
    (drop (call $calls (i32.const 6)))
    (drop (call $calls (i32.const 8)))
    (drop (call $calls (i32.load (i32.const 0))))
    (drop (call_indirect (type $compare) (i32.const 1) (i32.const 2) (i32.const 3)))))

;; context 0x1000010, 96 bytes
;; constants 0x7000070, 64 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(8))
;; signature 1: [i32 i32] -> [i32]
;; signature 2: [] -> []
;; signature 3: [i32 i32 i32] -> []
;; signature 4: [i32 i32] -> []
;; signature 5: [i32] -> [i32]
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; table 0: 8..=10000000 funcref, constant at 0x7000070
;;   1: function 0
;;   2: function 1
;;   3: function 2
;;   4: function 8
;; calls of signature 1 in table 0: function 0 at [1] function 1 at [2] function 2 at [3]
;; global 0: i32 at 0x1000068, starts as 0
;; instance 0: "specialize.wat"
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 1, signature 1
;; function 2: instance 0 func 2, signature 1
;; function 3: instance 0 func 3, signature 3 (not compiled)
;; function 4: instance 0 func 4, signature 4 (inlined)
;;   parameter 1 is 4
;; function 5: instance 0 func 5, signature 3 (not compiled)
;; function 6: instance 0 func 6, signature 5 (inlined)
;;   inlines function 0
;;   inlines function 1
;;   inlines function 2
;; function 7: instance 0 func 7, signature 5 (inlined)
;;   inlines function 0
;;   inlines function 1
;;   inlines function 2
;; function 8: instance 0 func 8, signature 2
;;   calls function 9 at 12
;;   calls function 10 at 20
;;   calls function 10 at 31
;;   calls function 2 at 67
;;   inlines function 2
;;   inlines function 6
;;   inlines function 7
;;   inlines function 9
;;   inlines function 10
;; function 9: instance 0 func 3, signature 3 (inlined)
;;   copy of function 3
;;   parameter 0 is 100
;;   parameter 1 is 1
;;   parameter 2 is 4
;;   calls function 0 at 9
;;   calls function 11 at 33
;;   calls function 12 at 41
;;   inlines function 0
;;   inlines function 4
;;   inlines function 11
;;   inlines function 12
;; function 10: instance 0 func 3, signature 3
;;   copy of function 3
;;   parameter 1 is 2
;;   parameter 2 is 4
;;   calls function 1 at 9
;;   calls function 10 at 33
;;   calls function 13 at 41
;;   inlines function 1
;;   inlines function 4
;;   inlines itself, 4 deep
;; function 11: instance 0 func 3, signature 3
;;   copy of function 3
;;   parameter 1 is 1
;;   parameter 2 is 4
;;   calls function 0 at 9
;;   calls function 11 at 33
;;   calls function 12 at 41
;;   inlines function 0
;;   inlines function 4
;;   inlines itself, 4 deep
;; function 12: instance 0 func 5, signature 3
;;   copy of function 5
;;   parameter 1 is 1
;;   parameter 2 is 9
;;   calls function 11 at 10
;; function 13: instance 0 func 5, signature 3
;;   copy of function 5
;;   parameter 1 is 2
;;   parameter 2 is 9
;;   calls function 10 at 10
