(module
  (table 3 externref)
  (func $get (param i32) (result externref) (table.get (local.get 0)))
  (func (export "_start") (drop (call $get (i32.const 2))) (drop (call $get (i32.const 3)))))

;; ! wasm trap: out of bounds table access
;; !   0: get            (table_get.wat+0x0031)
;; !   1: <function 1>   (table_get.wat+0x003d)
;; = 134
