;; A vector store across the end of the memory changes nothing before it traps. Not so on aarch64, where a
;; processor may have stored the part inside the memory: no program can see that, as a trap ends it.

(module
  (memory 1)
  (data (i32.const 0xfff0) "\f0\f1\f2\f3\f4\f5\f6\f7\f8\f9\fa\fb\fc\fd\fe\ff")
  (func (export "load") (param i32) (result v128) (v128.load (local.get 0)))
  (func (export "store") (param i32 v128) (v128.store (local.get 0) (local.get 1))))

(assert_trap (invoke "store" (i32.const 0xfff1) (v128.const i64x2 1 2)) "out of bounds memory access")
(assert_trap (invoke "store" (i32.const 0xffff) (v128.const i64x2 1 2)) "out of bounds memory access")
(assert_return (invoke "load" (i32.const 0xfff0)) (v128.const i8x16 0xf0 0xf1 0xf2 0xf3 0xf4 0xf5 0xf6 0xf7 0xf8 0xf9 0xfa 0xfb 0xfc 0xfd 0xfe 0xff))
