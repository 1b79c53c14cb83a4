;; A store across the end: the address is the first byte that does not exist. No part of it is written.
(module
  (memory 1)
  (func $store (param i32) (i64.store (local.get 0) (i64.const -1)))
  (func (export "_start") (call $store (i32.const 0xfff9))))

;; ! wasm trap: out of bounds memory access (address 0x10000, memory size 0x10000)
;; !   0: store          (store_across_end.wat+0x0031)
;; !   1: <function 1>   (store_across_end.wat+0x003b)
;; = 134
