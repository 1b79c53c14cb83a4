;;! stage = "error"
;; A memory of its own does not help a program that starts threads.
(module
  (import "wasi" "thread-spawn" (func (param i32) (result i32)))
  (memory 1 2 shared)
  (func (export "_start")))

;; W0304: import `wasi` `thread-spawn` is for programs that start threads, which is not implemented
;; item: import 0
;; byte: 0x16
;; hint: build the program for `wasm32-wasip1`, without threads
