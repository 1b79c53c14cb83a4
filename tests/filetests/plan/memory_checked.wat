;;! stage = "plan"
;;! memory = "checked"
;; With explicit checks, no address space is reserved.
(module
  (memory 1 3)
  (func (export "_start")))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0x30000 bytes, reserves 0x0
;; instance 0: "memory_checked.wat"
;; function 0: instance 0 func 0, signature 1
