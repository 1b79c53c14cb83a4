;;! stage = "plan"
;;! unknown_imports = "trap"
;; An unknown import that is reached becomes a function that traps.
(module
  (import "env" "reached" (func $reached))
  (import "env" "unreached" (func $unreached (param i64)))
  (import "wasi_snapshot_preview1" "unknown" (func $unknown (result i32)))
  (func (call $unreached (i64.const 1)))
  (func (export "_start") (call $reached) (drop (call $unknown))))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 48 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(4))
;; signature 1: [] -> []
;; signature 2: [i64] -> []
;; signature 3: [] -> [i32]
;; instance 0: "unknown_import.wat"
;; function 0: unknown "env" "reached", signature 1
;; function 1: unknown "env" "unreached", signature 2 (not compiled)
;; function 2: unknown "wasi_snapshot_preview1" "unknown", signature 3
;; function 3: instance 0 func 3, signature 1 (not compiled)
;; function 4: instance 0 func 4, signature 1
