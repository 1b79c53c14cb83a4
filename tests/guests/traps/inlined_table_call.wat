;; Calls through a constant table that become direct calls, and these the functions' bodies.
(module
  (type $unary (func (param i32) (result i32)))
  (table 4 funcref)
  (elem (i32.const 1) $half $invert)
  (func $half (type $unary) (i32.div_u (local.get 0) (i32.const 2)))
  (func $invert (type $unary) (i32.div_u (i32.const 100) (local.get 0)))
  (func $apply (param i32 i32) (result i32)
    (call_indirect (type $unary) (local.get 1) (local.get 0)))
  (func (export "_start")
    (drop (call $apply (i32.const 1) (i32.const 0)))
    (drop (call $apply (i32.const 2) (i32.const 5)))
    (drop (call $apply (i32.const 2) (i32.const 0)))))

;; ! wasm trap: integer divide by zero
;; !   0: invert         (inlined_table_call.wat+0x004e)
;; !   1: apply          (inlined_table_call.wat+0x0056)
;; !   2: <function 3>   (inlined_table_call.wat+0x006e)
;; = 134
