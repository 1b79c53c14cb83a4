;;! stage = "error"
;;! max_memory_bytes = "65536"
;; A memory that starts larger than what is allowed.
(module
  (memory 2)
  (func (export "_start")))

;; W0203: the memory starts with 131072 bytes, more than the allowed 65536
;; hint: raise `--max-memory`
