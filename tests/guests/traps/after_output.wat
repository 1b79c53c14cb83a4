;; What was written before the trap is there.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\06\00\00\00before")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))
    unreachable))

;; | before
;; ! wasm trap: unreachable
;; !   0: <function 1>   (after_output.wat+0x006a)
;; = 134
