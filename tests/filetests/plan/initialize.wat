;;! stage = "plan"
;;! pass = "-unify"
;;! invoke = "run"
;; A module that is no command is initialized before the chosen export is called.
(module
  (func (export "_initialize"))
  (func (export "run"))
  (func (export "_start")))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; main: Call(FunctionId(1))
;; signature 1: [] -> []
;; instance 0: "initialize.wat"
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 1, signature 1
;; function 2: instance 0 func 2, signature 1 (not compiled)
