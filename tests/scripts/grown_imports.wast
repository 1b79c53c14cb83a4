;; An import is matched with the current size of what is provided, however it was declared.

(module $memory
  (memory (export "memory") 1 4)
  (func (export "grow") (result i32) (memory.grow (i32.const 1))))
(register "memory" $memory)

(assert_unlinkable (module (import "memory" "memory" (memory 2))) "incompatible import type")
(assert_unlinkable (module (import "memory" "memory" (memory 5))) "incompatible import type")
(assert_return (invoke $memory "grow") (i32.const 1))
(module $importer
  (memory (export "memory") (import "memory" "memory") 2)
  (data (i32.const 0x1ffff) "\07")
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "load") (result i32) (i32.load8_u (i32.const 0x1ffff))))
(assert_return (invoke $importer "load") (i32.const 7))
(assert_unlinkable (module (import "memory" "memory" (memory 3))) "incompatible import type")
(register "importer" $importer)

;; What is exported again has the sizes of its definition, not those of the import.
(assert_return (invoke $importer "grow") (i32.const 2))
(module (import "importer" "memory" (memory 3)))
(module (import "importer" "memory" (memory 3 4)))
(assert_unlinkable (module (import "importer" "memory" (memory 3 3))) "incompatible import type")
(assert_unlinkable (module (import "importer" "memory" (memory 4))) "incompatible import type")

;; A module that is rejected leaves nothing behind.
(assert_unlinkable
  (module (import "memory" "memory" (memory 4)) (data (i32.const 0x1ffff) "\08"))
  "incompatible import type")
(assert_return (invoke $importer "load") (i32.const 7))

(module $table
  (table (export "table") 1 funcref)
  (func (export "grow") (result i32) (table.grow (ref.null func) (i32.const 1))))
(register "table" $table)

(assert_unlinkable (module (import "table" "table" (table 2 funcref))) "incompatible import type")
(assert_return (invoke $table "grow") (i32.const 1))
(module
  (import "table" "table" (table 2 funcref))
  (func $f)
  (elem (i32.const 1) $f)
  (func (export "call") (param i32) (call_indirect (local.get 0))))
(assert_return (invoke "call" (i32.const 1)))
(assert_trap (invoke "call" (i32.const 0)) "uninitialized element")
(assert_trap (invoke "call" (i32.const 2)) "undefined element")
(assert_unlinkable (module (import "table" "table" (table 3 funcref))) "incompatible import type")

;; A table that nothing writes does not grow.
(module (table (export "fixed") 2 funcref))
(register "fixed")
(module (import "fixed" "fixed" (table 2 funcref)))
(assert_unlinkable (module (import "fixed" "fixed" (table 3 funcref))) "incompatible import type")
