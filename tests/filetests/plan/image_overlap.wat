;;! stage = "plan"
;; Segments may overlap and come in any order: one run.
(module
  (memory 1)
  (data (i32.const 0x2000) "@5000")
  (data (i32.const 0x1f00) "@1000")
  (func (export "_start")))

;; context 0x10003a0, 88 bytes
;; constants 0x7000400, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x10003d0, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;;   image 0x0: 16384 bytes
;; instance 0: "image_overlap.wat"
;; function 0: instance 0 func 0, signature 1
