;;! stage = "plan"
;; Tags have numbers, and the exception that is being thrown a place, if any can be.
(module
  (tag $first (param i32 v128))
  (tag (export "second"))
  (func (export "_start") (throw $first (i32.const 1) (v128.const i64x2 0 0))))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [i32 v128] -> []
;; signature 2: [] -> []
;; tag 0: "first", signature 1
;; tag 1: "second", signature 2
;; instance 0: "exceptions.wat"
;; function 0: instance 0 func 0, signature 2
