;; The farthest address that the guard covers: the largest index, with an offset of almost 2 GiB.
(module
  (memory 1)
  (func $load (param i32) (result i32) (i32.load offset=0x7ffffffc (local.get 0)))
  (func (export "_start") (drop (call $load (i32.const -1)))))

;; ! wasm trap: out of bounds memory access (address 0x17ffffffb, memory size 0x10000)
;; !   0: load           (load_in_guard.wat+0x0030)
;; !   1: <function 1>   (load_in_guard.wat+0x003c)
;; = 134
