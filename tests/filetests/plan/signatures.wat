;;! stage = "plan"
;; Equal types have equal numbers, from 1: 0 stands for null references.
(module
  (type (func (param i32)))
  (type (func (param i32)))
  (type (func (result i32)))
  (func (type 1))
  (func (export "_start")))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(1))
;; signature 1: [i32] -> []
;; signature 2: [] -> [i32]
;; signature 3: [] -> []
;; instance 0: "signatures.wat"
;; function 0: instance 0 func 0, signature 1 (not compiled)
;; function 1: instance 0 func 1, signature 3
