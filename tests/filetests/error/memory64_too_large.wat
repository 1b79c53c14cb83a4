;;! stage = "error"
;; A 64-bit memory that starts with more than the target gives one.
(module
  (memory i64 0x400001)
  (func (export "_start")))

;; W0203: the memory starts with 274877972480 bytes, more than the allowed 274877906944
