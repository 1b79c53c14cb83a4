;; Functions that are inlined are in backtraces as if they were called: the trap is three calls deep, in
;; functions that are each called from several places, and once from one place only.
(module
  (memory 1)
  (func $load (param i32) (result i32)
    (i32.load offset=65536 (local.get 0)))
  (func $twice (param i32) (result i32)
    (i32.add (call $load (i32.sub (local.get 0) (i32.const 65536))) (call $load (local.get 0))))
  (func $middle (param i32) (result i32)
    (nop)
    (drop (call $safe (i32.const 1)))
    (call $twice (local.get 0)))
  (func $safe (param i32) (result i32)
    (i32.load (local.get 0)))
  (func $once (param i32) (result i32)
    (drop (call $safe (i32.const 8)))
    (drop (call $middle (i32.const 65532)))
    (call $middle (local.get 0)))
  (func (export "_start")
    (drop (call $safe (i32.const 4)))
    (drop (call $once (i32.const -4)))))

;; ! wasm trap: out of bounds memory access (address 0x10000fffc, memory size 0x10000)
;; !   0: load           (inlined.wat+0x0034)
;; !   1: twice          (inlined.wat+0x0043)
;; !   2: middle         (inlined.wat+0x0055)
;; !   3: once           (inlined.wat+0x006b)
;; !   4: <function 5>   (inlined.wat+0x007c)
;; = 134
