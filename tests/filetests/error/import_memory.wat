;;! stage = "error"
;; A memory cannot be imported: the host has none.
(module
  (import "env" "memory" (memory 1))
  (func (export "_start")))

;; W0301: import of `memory` from the unknown module `env`
;; item: import 0
;; byte: 0x11
;; hint: link the program so that it defines this itself, for example without `--import-memory`
