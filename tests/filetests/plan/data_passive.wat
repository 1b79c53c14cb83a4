;;! stage = "plan"
;; A passive segment that reached code uses is a constant with a current length; one that nothing uses is
;; left out.
(module
  (memory 1)
  (data $used "used")
  (data $unused "unused")
  (data $unreached "unreached")
  (func (memory.init $unreached (i32.const 0) (i32.const 0) (i32.const 0)))
  (func (export "_start") (memory.init $used (i32.const 0) (i32.const 0) (i32.const 4))))

;; context 0x1000010, 96 bytes
;; constants 0x7000070, 8 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(1))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; instance 0: "data_passive.wat"
;;   data 0: 4 bytes at 0x7000070
;; function 0: instance 0 func 0, signature 1 (not compiled)
;; function 1: instance 0 func 1, signature 1
