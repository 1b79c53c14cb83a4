;;! build = "--max-memory 200000"
;; The limit that was set at build, in whole pages, counts where it is below the declared maximum.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory 1)
  (func $check (param $found i32) (param $expected i32) (param $status i32)
    (if (i32.ne (local.get $found) (local.get $expected)) (then (call $exit (local.get $status)))))
  (func (export "_start")
    (call $check (memory.grow (i32.const 3)) (i32.const -1) (i32.const 1))
    (call $check (memory.grow (i32.const 2)) (i32.const 1) (i32.const 2))
    (call $check (memory.grow (i32.const 1)) (i32.const -1) (i32.const 3))
    (i32.store (i32.const 0x2fffc) (i32.const 1))
    (i32.store (i32.const 0x30000) (i32.const 1))))

;; ! wasm trap: out of bounds memory access (address 0x30000, memory size 0x30000)
;; !   0: <function 2>   (grow_max_memory.wat+0x0095)
;; = 134
