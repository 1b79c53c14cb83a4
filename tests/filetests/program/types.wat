;;! stage = "program"
;; Types of references, and what memories and tables may be.
(module
  (type $f (func (param (ref func) (ref null extern))))
  (type $g (func (param (ref $f)) (result (ref null $f))))
  (table i64 1 funcref)
  (table 1 (ref null $g))
  (memory i64 1 2)
  (memory 3 (pagesize 1))
  (global (ref null $f) (ref.null $f))
  (func (export "_start")))

;; program "" (93 bytes)
;; type 0: [(ref func) externref] -> []
;; type 1: [(ref 0)] -> [(ref null 0)]
;; type 2: [] -> []
;; table 0: 64-bit table of 1.. funcref
;; table 1: table of 1.. (ref null 1)
;; memory 0: 64-bit memory of 1..=2 pages
;; memory 1: memory of 3.. pages of 1 bytes
;; global 0: global (ref null 0) = [RefNull]
;; export "_start": func 0
;; func 0 "": [] -> [], 2 bytes at 0x4b
