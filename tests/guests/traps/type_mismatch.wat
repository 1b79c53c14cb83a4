(module
  (table 2 funcref)
  (elem (i32.const 0) $f $g)
  (func $f)
  (func $g (param i32))
  (func $call (param i32) (call_indirect (local.get 0)))
  (func (export "_start") (call $call (i32.const 0)) (call $call (i32.const 1))))

;; ! wasm trap: indirect call type mismatch
;; !   0: call           (type_mismatch.wat+0x0042)
;; !   1: <function 3>   (type_mismatch.wat+0x004e)
;; = 134
