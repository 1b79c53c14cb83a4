(module
  (table 3 externref)
  (func $set (param i32) (table.set (local.get 0) (ref.null extern)))
  (func (export "_start") (call $set (i32.const 2)) (call $set (i32.const -1))))

;; ! wasm trap: out of bounds table access
;; !   0: set            (table_set.wat+0x0032)
;; !   1: <function 1>   (table_set.wat+0x003d)
;; = 134
