;;! stage = "plan"
;; Element segments come before data segments: after one that is out of bounds, data is copied by code as
;; well.
(module
  (table 1 funcref)
  (memory 1)
  (elem (i32.const 1) $f)
  (data (i32.const 0) "@5000")
  (func $f)
  (func (export "_start") (call_indirect (i32.const 0))))

;; context 0x1000010, 128 bytes
;; constants 0x7000090, 5016 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(1))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; table 0: 1..=10000000 funcref, record 0x1000068, initial entries at 0x1000088
;; instance 0: "element_out_of_bounds.wat"
;;   element 0: 1 entries at 0x7000090
;;   data 0: 5000 bytes at 0x70000a0
;;   init: TableInit { table: TableId(0), offset: 1, segment: ElementIndex(0) }
;;   init: MemoryInit { memory: MemoryId(0), offset: 0, segment: DataIndex(0) }
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 1, signature 1
