;;! stage = "plan"
;;! pass = "-unify"
;; The start function belongs to the instantiation, before the export is called.
(module
  (start $init)
  (func $init)
  (func (export "_start")))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(1))
;; signature 1: [] -> []
;; instance 0: "start_function.wat"
;;   init: Start(FunctionId(0))
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 1, signature 1
