;; Something of each kind that is compared.
(module
  (memory (export "memory") 1 2)
  (global (export "global") (mut i64) (i64.const -7))
  (func (export "result") (param i32 i64) (result i32)
    (i32.store (i32.and (local.get 0) (i32.const 0xfff)) (i32.wrap_i64 (local.get 1)))
    (global.set 0 (i64.add (global.get 0) (local.get 1)))
    (i32.load8_s (i32.and (local.get 0) (i32.const 0xfff))))
  (func (export "trap") (param i32) (result i32)
    (i32.div_s (i32.const -1) (local.get 0)))
  (func (export "grow") (result i32)
    (memory.grow (i32.const 1))))
