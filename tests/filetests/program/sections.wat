;;! stage = "program"
;; What is read of every section.
(module $name
  (type $t (func (param i32 f64) (result i64)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (table 2 20 funcref)
  (memory 1 2)
  (global (mut i32) (i32.const 5))
  (export "memory" (memory 0))
  (start $start)
  (elem (i32.const 1) $start)
  (elem $passive externref (ref.null extern))
  (elem declare func $f)
  (data (i32.const 8) "active")
  (data "passive")
  (func $start)
  (func $f (type $t) (i64.const 1))
  (func (export "_start")))

;; program "name" (220 bytes)
;; type 0: [i32 f64] -> [i64]
;; type 1: [i32] -> []
;; type 2: [] -> []
;; import 0: "wasi_snapshot_preview1" "proc_exit" func [i32] -> []
;; table 0: table of 2..=20 funcref
;; memory 0: memory of 1..=2 pages
;; global 0: global mut i32 = [I32(5)]
;; export "memory": memory 0
;; export "_start": func 3
;; start: func 1
;; element 0: active in 0 at [I32(1)] of 1 funcref
;; element 1: passive of 1 externref
;; element 2: declared of 1 funcref
;; data 0: active in 0 at [I32(8)] of 6 bytes
;; data 1: passive of 7 bytes
;; func 0 "exit": [i32] -> [] (imported)
;; func 1 "start": [] -> [], 2 bytes at 0x88
;; func 2 "f": [i32 f64] -> [i64], 4 bytes at 0x8b
;; func 3 "": [] -> [], 2 bytes at 0x90
