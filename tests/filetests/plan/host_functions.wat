;;! stage = "plan"
;; Importing a function twice gives one function; the two versions of the interface are different ones.
;; Host functions get the memory that is exported as `memory`.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $a (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $b (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "poll_oneoff" (func $c (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $a (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (drop (call $b (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
    (drop (call $c (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [i32 i32 i32 i32] -> [i32]
;; signature 2: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; instance 0: "host_functions.wat"
;; function 0: instance 0 func 3, signature 2
;; function 1: host wasiaot_p1_poll_oneoff, memory 0, signature 1
;; function 2: host wasiaot_p0_poll_oneoff, memory 0, signature 1
