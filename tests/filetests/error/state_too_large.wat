;;! stage = "error"
;; Tables that are supported one by one, and do not fit together.
(module
  (table $a 10000000 funcref)
  (table $b 10000000 funcref)
  (func (export "_start")
    (table.set $a (i32.const 0) (ref.null func))
    (table.set $b (i32.const 0) (ref.null func))))

;; W0205: variables and tables of the program take 160000112 bytes, more than the target's 100663280
