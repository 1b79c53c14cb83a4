(module
  (table 2 funcref)
  (elem (i32.const 0) $f)
  (func $f)
  (func $call (param i32) (call_indirect (local.get 0)))
  (func (export "_start") (call $call (i32.const 0)) (call $call (i32.const 1))))

;; ! wasm trap: uninitialized element
;; !   0: call           (uninitialized_element.wat+0x003d)
;; !   1: <function 2>   (uninitialized_element.wat+0x0049)
;; = 134
