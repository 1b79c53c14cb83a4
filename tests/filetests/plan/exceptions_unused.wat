;;! stage = "plan"
;; Where nothing is thrown, there is no place for an exception.
(module
  (tag $unused (param i32))
  (func $callee)
  (func (export "_start")
    (block $h (try_table (catch_all $h) (call $callee)))))

;; context 0x1000010, 48 bytes
;; constants 0x7000040, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(1))
;; signature 1: [i32] -> []
;; signature 2: [] -> []
;; tag 0: "unused", signature 1
;; instance 0: "exceptions_unused.wat"
;; function 0: instance 0 func 0, signature 2 (inlined)
;; function 1: instance 0 func 1, signature 2
;;   inlines function 0
