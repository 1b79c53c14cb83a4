;;! stage = "plan"
;; A few bytes are copied by code.
(module
  (memory 1)
  (data (i32.const 12) "world")
  (data (i32.const 8) "hello")
  (func (export "_start")))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 24 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; instance 0: "image_small.wat"
;;   data 0: 5 bytes at 0x7000070
;;   data 1: 5 bytes at 0x7000080
;;   init: MemoryInit { memory: MemoryId(0), offset: 12, segment: DataIndex(0) }
;;   init: MemoryInit { memory: MemoryId(0), offset: 8, segment: DataIndex(1) }
;; function 0: instance 0 func 0, signature 1
