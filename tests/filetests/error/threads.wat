;;! stage = "error"
;; A program for threads imports its memory, and what starts them.
(module
  (import "env" "memory" (memory 1 2 shared))
  (import "wasi" "thread-spawn" (func (param i32) (result i32)))
  (func (export "_start")))

;; W0304: import `env` `memory` is for programs that start threads, which is not implemented
;; item: import 0
;; byte: 0x16
;; hint: build the program for `wasm32-wasip1`, without threads
