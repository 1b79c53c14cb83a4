;; Writes a line, waits 200 ms or for input, and ends.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\08\00\00\00")
  (data (i32.const 16) "running\n")
  (func (export "_start")
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))
    (i32.store (i32.const 272) (i32.const 1)) ;; The monotonic clock.
    (i64.store (i32.const 280) (i64.const 200000000))
    (i32.store8 (i32.const 312) (i32.const 1)) ;; Reading of descriptor 0.
    (call $exit (call $poll_oneoff (i32.const 256) (i32.const 512) (i32.const 2) (i32.const 100)))))
