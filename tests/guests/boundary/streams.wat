;; Opens `file` in the granted directory, then uses the standard streams. The exit status has a bit for
;; each step that failed: 1 reading standard input, 2 writing standard output, 4 writing standard error,
;; 8 opening the file.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\08\00\00\00")
  (data (i32.const 16) "message\n")
  (data (i32.const 32) "file")
  (func $bit (param $errno i32) (param $bit i32) (result i32)
    (select (local.get $bit) (i32.const 0) (local.get $errno)))
  (func (export "_start") (local $failed i32)
    ;; Creates or opens the file for writing.
    (local.set $failed (call $bit
      (call $path_open (i32.const 3) (i32.const 0) (i32.const 32) (i32.const 4) (i32.const 1)
        (i64.const 0x40) (i64.const 0) (i32.const 0) (i32.const 100))
      (i32.const 8)))
    (local.set $failed (i32.or (local.get $failed) (call $bit
      (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)) (i32.const 2))))
    (local.set $failed (i32.or (local.get $failed) (call $bit
      (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 100)) (i32.const 4))))
    (local.set $failed (i32.or (local.get $failed) (call $bit
      (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 100)) (i32.const 1))))
    (call $exit (local.get $failed))))
