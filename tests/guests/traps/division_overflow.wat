;; The remainder of the same operands is 0, and no trap.
(module
  (func $remainder (param i64 i64) (result i64) (i64.rem_s (local.get 0) (local.get 1)))
  (func $divide (param i64 i64) (result i64) (i64.div_s (local.get 0) (local.get 1)))
  (func (export "_start")
    (drop (call $remainder (i64.const 0x8000000000000000) (i64.const -1)))
    (drop (call $divide (i64.const 0x8000000000000000) (i64.const -1)))))

;; ! wasm trap: integer overflow
;; !   0: divide         (division_overflow.wat+0x0037)
;; !   1: <function 2>   (division_overflow.wat+0x0058)
;; = 134
