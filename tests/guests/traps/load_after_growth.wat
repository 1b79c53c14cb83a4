;; After growth, the new end counts.
(module
  (memory 1)
  (func $load (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "_start")
    (drop (memory.grow (i32.const 1)))
    (drop (call $load (i32.const 0x1fffc)))
    (drop (call $load (i32.const 0x20000)))))

;; ! wasm trap: out of bounds memory access (address 0x20000, memory size 0x20000)
;; !   0: load           (load_after_growth.wat+0x0030)
;; !   1: <function 1>   (load_after_growth.wat+0x0046)
;; = 134
