;; Writes 64 KiB to standard output again and again until that fails, but at most 100 times; exits with
;; the error number.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "\10\00\00\00\00\00\01\00")
  (func (export "_start") (local $errno i32) (local $times i32)
    (loop $again
      (local.set $errno (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))
      (local.set $times (i32.add (local.get $times) (i32.const 1)))
      (br_if $again (i32.and (i32.eqz (local.get $errno)) (i32.lt_u (local.get $times) (i32.const 100)))))
    (call $exit (local.get $errno))))
