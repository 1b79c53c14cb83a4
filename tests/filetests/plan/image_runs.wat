;;! stage = "plan"
;; An image consists of runs of whole pages; what is far from any segment is a run of zeros that takes no
;; space in the file.
(module
  (memory 4)
  (data (i32.const 8) "begin")
  (data (i32.const 0x10ffe) "@5000")
  (data (i32.const 0x3ffff) "e")
  (func (export "_start")))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(0))
;; signature 1: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x40000..=0xffff0000 bytes, reserves 0x180000000
;;   image 0x0: 4096 bytes
;;   image 0x1000: 61440 zeros
;;   image 0x10000: 12288 bytes
;;   image 0x13000: 180224 zeros
;;   image 0x3f000: 4096 bytes
;; instance 0: "image_runs.wat"
;; function 0: instance 0 func 0, signature 1
