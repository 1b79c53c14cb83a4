;; Growth up to the declared maximum; beyond it the answer is -1, and nothing changes.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory 1 3)
  (func $check (param $found i32) (param $expected i32) (param $status i32)
    (if (i32.ne (local.get $found) (local.get $expected)) (then (call $exit (local.get $status)))))
  (func (export "_start")
    (call $check (memory.grow (i32.const 0)) (i32.const 1) (i32.const 1))
    (call $check (memory.grow (i32.const 3)) (i32.const -1) (i32.const 2))
    (call $check (memory.grow (i32.const -1)) (i32.const -1) (i32.const 3))
    (call $check (memory.grow (i32.const 2)) (i32.const 1) (i32.const 4))
    (call $check (memory.grow (i32.const 1)) (i32.const -1) (i32.const 5))
    (call $check (memory.size) (i32.const 3) (i32.const 6))
    (call $check (i32.load (i32.const 0x2fffc)) (i32.const 0) (i32.const 7))
    (drop (i32.load (i32.const 0x2fffd)))))

;; ! wasm trap: out of bounds memory access (address 0x30000, memory size 0x30000)
;; !   0: <function 2>   (grow_limits.wat+0x00b4)
;; = 134
