;;! stage = "error"
;; A module that is valid with proposals that are not implemented: they are named.
(module
  (memory 1)
  (memory 1)
  (tag)
  (func (export "_start")))

;; W0106: the module needs the multi-memory proposal and the exception-handling proposal, which is not implemented
;; byte: 0x14
;; hint: turn the feature off in the compiler that made the module
