;; The first byte behind the memory.
(module
  (memory 1)
  (func $load (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "_start")
    (drop (call $load (i32.const 0xffff)))
    (drop (call $load (i32.const 0x10000)))))

;; ! wasm trap: out of bounds memory access (address 0x10000, memory size 0x10000)
;; !   0: load           (load_behind_end.wat+0x0030)
;; !   1: <function 1>   (load_behind_end.wat+0x0041)
;; = 134
