;; Explicit traps of different inlined copies of one function are told apart.
(module
  (global $checks (mut i32) (i32.const 0))
  (func $check (param i32)
    (if (local.get 0)
      (then
        (global.set $checks (i32.add (global.get $checks) (i32.const 1)))
        (unreachable))))
  (func $two (param i32)
    (call $check (i32.const 0))
    (call $check (local.get 0)))
  (func (export "_start")
    (call $check (global.get $checks))
    (call $two (i32.const 0))
    (call $two (i32.const 1))
    (call $check (i32.const 1))))

;; ! wasm trap: unreachable
;; !   0: check          (inlined_unreachable.wat+0x003c)
;; !   1: two            (inlined_unreachable.wat+0x0047)
;; !   2: <function 2>   (inlined_unreachable.wat+0x0056)
;; = 134
