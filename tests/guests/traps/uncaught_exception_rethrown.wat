;; Thrown again by a cleanup: where that was.
(module
  (tag $ParseError (param i32))
  (func $parse (throw $ParseError (i32.const 1)))
  (func $cleanup
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $parse))
      (return))
    (throw_ref))
  (func $main (export "_start") (call $cleanup)))

;; ! wasm trap: uncaught exception `ParseError`
;; !   0: cleanup   (uncaught_exception_rethrown.wat+0x0041)
;; !   1: main      (uncaught_exception_rethrown.wat+0x0045)
;; = 134
