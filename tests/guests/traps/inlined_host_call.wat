;;! build = "--unknown-imports=trap"
;; The frames of a call of the host out of inlined functions.
(module
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "nowhere" "nothing" (func $nothing))
  (memory (export "memory") 1)
  (func $inner (call $nothing))
  (func $outer (drop (call $args_get (i32.const 0) (i32.const 0))) (call $inner))
  (func $main (call $inner_if (i32.const 0)) (call $outer))
  (func $inner_if (param i32) (if (local.get 0) (then (call $inner))))
  (func (export "_start") (call $main)))

;; ! wasm trap: call of an unknown import `nowhere nothing`
;; !   0: inner          (inlined_host_call.wat+0x0076)
;; !   1: outer          (inlined_host_call.wat+0x0082)
;; !   2: main           (inlined_host_call.wat+0x008b)
;; !   3: <function 6>   (inlined_host_call.wat+0x009a)
;; = 134
