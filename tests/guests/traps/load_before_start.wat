;; An index that wraps to below 2³², though its constant is part of the access: the address is the one that
;; the program means. There is no image.
(module
  (memory 1)
  (global $p (mut i32) (i32.const 8))
  (func (export "_start")
    (global.set $p (i32.sub (global.get $p) (i32.const 5)))
    (drop (i32.load8_u (i32.sub (global.get $p) (i32.const 19))))))

;; ! wasm trap: out of bounds memory access (address 0xfffffff0, memory size 0x10000)
;; !   0: <function 0>   (load_before_start.wat+0x003c)
;; = 134
