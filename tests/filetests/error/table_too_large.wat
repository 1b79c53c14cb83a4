;;! stage = "error"
;; A table that starts larger than what is supported.
(module
  (table 10000001 funcref)
  (func (export "_start")))

;; W0204: a table starts with 10000001 entries, more than the supported 10000000
