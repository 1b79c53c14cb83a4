;; A call of one host function near the end of the stack. The arguments choose: after argument 0, which
;; has one character, comes one whose length is the number of levels of recursion before the call; the
;; number of those after it is the number of the function.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_filestat_get"
    (func $path_filestat_get (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1000) "a/path/that/does/not/exist")

  (func $call (param $function i32)
    (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
      (br_table $0 $1 $2 $3 $4 $5 $6 $7 (local.get $function)))
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100))) (return))
      (drop (call $fd_seek (i32.const 3) (i64.const 0) (i32.const 0) (i32.const 100))) (return))
      (drop (call $clock_time_get (i32.const 0) (i64.const 0) (i32.const 100))) (return))
      (drop (call $random_get (i32.const 200) (i32.const 500))) (return))
      ;; An event of a clock that is due at once.
      (i32.store8 (i32.const 208) (i32.const 0))
      (drop (call $poll_oneoff (i32.const 200) (i32.const 300) (i32.const 1) (i32.const 100))) (return))
      (drop (call $environ_sizes_get (i32.const 100) (i32.const 104))) (return))
      (drop (call $path_filestat_get (i32.const 3) (i32.const 0) (i32.const 1000) (i32.const 26) (i32.const 200)))
      (return))
    (drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 1000) (i32.const 26) (i32.const 0)
      (i64.const -1) (i64.const -1) (i32.const 0) (i32.const 100))))

  (func $down (param $levels i32) (param $function i32) (result i32)
    (if (result i32) (local.get $levels)
      (then (i32.add (i32.const 1)
        (call $down (i32.sub (local.get $levels) (i32.const 1)) (local.get $function))))
      (else (call $call (local.get $function)) (i32.const 0))))

  (func (export "_start") (local $function i32)
    (drop (call $args_sizes_get (i32.const 100) (i32.const 104)))
    (local.set $function (i32.sub (i32.load (i32.const 100)) (i32.const 2)))
    ;; Each argument ends with a zero byte; the last ones have one character.
    (drop (call $down
      (i32.sub (i32.load (i32.const 104)) (i32.add (i32.const 3) (i32.mul (i32.const 2) (local.get $function))))
      (local.get $function)))))
