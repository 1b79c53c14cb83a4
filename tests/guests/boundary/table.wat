;; Grows its table one by one, and exits with its size.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (table $table 2 100 funcref)
  (func (export "_start")
    (loop $next
      (br_if $next
        (i32.ne (table.grow $table (ref.null func) (i32.const 1)) (i32.const -1))))
    (call $exit (table.size $table))))
