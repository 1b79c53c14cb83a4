;;! stage = "plan"
;; A global that is a vector has 16 bytes, aligned; one that nobody writes is a constant in the code.
(module
  (global $narrow (mut i32) (i32.const 1))
  (global $vector (mut v128) (v128.const i32x4 1 2 3 4))
  (global $constant v128 (v128.const i64x2 1 2))
  (func (export "_start")
    (global.set $narrow (i32.const 2))
    (global.set $vector (global.get $constant))))

;; context 0x1000010, 80 bytes
;; constants 0x7000060, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> []
;; global 0: i32 at 0x1000040, starts as 1
;; global 1: v128 at 0x1000050, starts as v128 bits 0x4000000030000000200000001
;; global 2: v128 constant v128 bits 0x20000000000000001
;; instance 0: "global_vector.wat"
;; function 0: instance 0 func 0, signature 1
