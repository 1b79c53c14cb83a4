;;! stage = "plan"
;;! pass = "-inline"
;; Without the pass, everything that is reached is compiled.
(module
  (func $small (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $main (export "_start") (drop (call $small (i32.const 1)))))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(1))
;; signature 1: [i32] -> [i32]
;; signature 2: [] -> []
;; instance 0: "inline_off.wat"
;; function 0: instance 0 func 0, signature 1
;; function 1: instance 0 func 1, signature 2
