;;! stage = "error"
;; A module that is valid with proposals that are not implemented: they are named.
(module
  (type (struct))
  (type $f (func))
  (type (cont $f))
  (func (export "_start")))

;; W0106: the module needs the gc proposal and the stack-switching proposal, which is not implemented
;; byte: 0xb
;; hint: use a compiler that brings its own garbage collector, if the language has one
