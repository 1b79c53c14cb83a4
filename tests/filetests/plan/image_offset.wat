;;! stage = "plan"
;; Offsets are evaluated when the program is built, extended constant expressions included.
(module
  (memory 2)
  (data (offset (i32.sub (i32.add (i32.const 0x10000) (i32.const 0x1000)) (i32.mul (i32.const 2) (i32.const 8))))
    "@5000")
  (func (export "_start")))

;; context 0x1000390, 88 bytes
;; constants 0x70003f0, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x10003c0, 0x20000..=0xffff0000 bytes, reserves 0x180000000
;;   image 0x0: 65536 zeros
;;   image 0x10000: 12288 bytes
;; instance 0: "image_offset.wat"
;; function 0: instance 0 func 0, signature 1
