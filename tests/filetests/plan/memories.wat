;;! stage = "plan"
;; Each memory starts behind all that the one before may grow to, and a guard. Only 32-bit memories with
;; ordinary pages are reserved. WASI gets the memory that is exported as `memory`.
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory 1)
  (memory $exported i64 1)
  (memory 10 (pagesize 1))
  (memory i64 2 3)
  (memory 1)
  (data (memory 2) (i32.const 9) "x")
  (data (memory 3) (i64.const 0x20000) "outside")
  (export "memory" (memory $exported))
  (func (export "_start") (drop (call $yield))))

;; context 0x1000010, 248 bytes
;; constants 0x7000110, 24 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> [i32]
;; signature 2: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; memory 1: base 0x1f0000000, record 0x1000068, 0x10000..=0x4000000000 bytes, reserves 0x0
;; memory 2: base 0x4270000000, record 0x1000090, 0xa..=0xffff0000 bytes, reserves 0x0
;; memory 3: base 0x43f0000000, record 0x10000b8, 0x20000..=0x30000 bytes, reserves 0x0
;; memory 4: base 0x4570000000, record 0x10000e0, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; instance 0: "memories.wat"
;;   data 0: 1 bytes at 0x7000110
;;   data 1: 7 bytes at 0x7000120
;;   init: MemoryInit { memory: MemoryId(2), offset: 9, segment: DataIndex(0) }
;;   init: MemoryInit { memory: MemoryId(3), offset: 131072, segment: DataIndex(1) }
;; function 0: instance 0 func 1, signature 2
;; function 1: host wasiaot_p1_sched_yield, memory 1, signature 1
