(module
  (table 2 funcref)
  (elem (i32.const 0) $f $f)
  (func $f)
  (func $call (param i32) (call_indirect (local.get 0)))
  (func (export "_start") (call $call (i32.const 1)) (call $call (i32.const 2))))

;; ! wasm trap: undefined element
;; !   0: call           (undefined_element.wat+0x003e)
;; !   1: <function 2>   (undefined_element.wat+0x004a)
;; = 134
