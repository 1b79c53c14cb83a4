;;! stage = "plan"
;; The image ends at the first segment that is out of bounds: that and all after it are copied when the
;; program starts, up to the trap.
(module
  (memory 1)
  (data (i32.const 0) "@5000")
  (data (i32.const 0xfffe) "out")
  (data (i32.const 100) "after")
  (func (export "_start")))

;; context 0x10003a0, 88 bytes
;; constants 0x7000400, 24 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x10003d0, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;;   image 0x0: 8192 bytes
;; instance 0: "data_out_of_bounds.wat"
;;   data 1: 3 bytes at 0x7000400
;;   data 2: 5 bytes at 0x7000410
;;   init: MemoryInit { memory: MemoryId(0), offset: 65534, segment: DataIndex(1) }
;;   init: MemoryInit { memory: MemoryId(0), offset: 100, segment: DataIndex(2) }
;; function 0: instance 0 func 0, signature 1
