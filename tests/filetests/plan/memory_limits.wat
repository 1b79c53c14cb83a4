;;! stage = "plan"
;;! max_memory_bytes = "1000000"
;; A memory may grow to whole pages of what is allowed, if it does not declare less.
(module
  (memory 1 100)
  (func (export "_start")))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xf0000 bytes, reserves 0x180000000
;; instance 0: "memory_limits.wat"
;; function 0: instance 0 func 0, signature 1
