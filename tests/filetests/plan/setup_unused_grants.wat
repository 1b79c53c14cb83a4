;;! stage = "plan"
;;! dir = "/data"
;;! tcp_listen = "127.0.0.1:80"
;; What is granted is not opened if nothing that is reached could use it.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
  (memory (export "memory") 1)
  (func (export "_start") (drop (call $yield))))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [i32 i32 i32 i32 i32 i64 i64 i32 i32] -> [i32]
;; signature 2: [] -> [i32]
;; signature 3: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; instance 0: "setup_unused_grants.wat"
;; function 0: instance 0 func 2, signature 3
;; function 1: host wasiaot_p1_path_open, memory 0, signature 1 (not compiled)
;; function 2: host wasiaot_p1_sched_yield, memory 0, signature 2
