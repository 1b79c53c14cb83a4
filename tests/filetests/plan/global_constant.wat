;;! stage = "plan"
;; A global that no reached function writes has no address, even if it is declared mutable.
(module
  (global $immutable i32 (i32.const 1))
  (global $unwritten (mut i64) (i64.const 2))
  (global $unreached (mut f32) (f32.const 3))
  (global $written (mut f64) (f64.const 4))
  (global $function funcref (ref.func $start))
  (func (global.set $unreached (f32.const 5)))
  (func $start (export "_start") (global.set $written (f64.const 6))))

;; context 0x1000010, 56 bytes
;; constants 0x7000050, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(1))
;; signature 1: [] -> []
;; global 0: i32 constant 1
;; global 1: i64 constant 2
;; global 2: f32 constant f32 bits 0x40400000
;; global 3: f64 at 0x1000040, starts as f64 bits 0x4010000000000000
;; global 4: funcref constant function 1
;; instance 0: "global_constant.wat"
;; function 0: instance 0 func 0, signature 1 (not compiled)
;; function 1: instance 0 func 1, signature 1
