;;! stage = "error"
;; An import with another type than the host's.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func (param i64)))
  (func (export "_start")))

;; W0303: import `wasi_snapshot_preview1` `proc_exit` has type [i64] -> [], but what is provided has type [i32] -> []
;; item: import 0
;; byte: 0x15
;; hint: build with `--unknown-imports trap` if the program does not call it
