;; Uses 64 MiB of memory, and opens a file, which takes memory of the runtime. Exits with 0 if both work.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 32) ".")
  (func (export "_start") (local $address i32)
    (if (i32.ne (memory.grow (i32.const 1023)) (i32.const 1)) (then (call $exit (i32.const 1))))
    (loop $next
      (i32.store (local.get $address) (i32.add (i32.load (local.get $address)) (i32.const 1)))
      (local.set $address (i32.add (local.get $address) (i32.const 65536)))
      (br_if $next (i32.lt_u (local.get $address) (i32.const 0x4000000))))
    (call $exit (i32.ne (i32.const 0)
      (call $path_open (i32.const 3) (i32.const 0) (i32.const 32) (i32.const 1) (i32.const 2)
        (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 100))))))
