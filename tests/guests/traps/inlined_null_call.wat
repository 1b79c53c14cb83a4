;; A call of a null entry of a constant table, in an inlined function.
(module
  (type $unary (func (param i32) (result i32)))
  (table 4 funcref)
  (elem (i32.const 1) $half $half)
  (func $half (type $unary) (i32.div_u (local.get 0) (i32.const 2)))
  (func $apply (param i32 i32) (result i32)
    (call_indirect (type $unary) (local.get 1) (local.get 0)))
  (func (export "_start")
    (drop (call $apply (i32.const 1) (i32.const 0)))
    (drop (call $apply (i32.const 3) (i32.const 5)))))

;; ! wasm trap: uninitialized element
;; !   0: apply          (inlined_null_call.wat+0x004c)
;; !   1: <function 2>   (inlined_null_call.wat+0x005d)
;; = 134
