;; The program asks for an abnormal end.
(module
  (import "wasi_snapshot_preview1" "proc_raise" (func $raise (param i32) (result i32)))
  (func $abort (drop (call $raise (i32.const 6))))
  (func (export "_start") (call $abort)))

;; ! wasm trap: raised by the program
;; !   0: abort          (raised.wat+0x0052)
;; !   1: <function 2>   (raised.wat+0x0058)
;; = 134
