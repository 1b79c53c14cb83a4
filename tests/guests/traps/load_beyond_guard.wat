;; An address near 8 GiB, where there is no guard: code has checked.
(module
  (memory 1)
  (func $load (param i32) (result i32) (i32.load offset=0xffffffff (local.get 0)))
  (func (export "_start") (drop (call $load (i32.const -1)))))

;; ! wasm trap: out of bounds memory access
;; !   0: load           (load_beyond_guard.wat+0x0030)
;; !   1: <function 1>   (load_beyond_guard.wat+0x003c)
;; = 134
