;; Traps.
(module (func $f unreachable) (func (export "_start") (call $f)))
