;; The tag's name, and the backtrace of the throw, also past blocks that catch something else.
(module
  (tag $ParseError (param i32))
  (tag $Other)
  (func $parse (throw $ParseError (i32.const 1)))
  (func $main (export "_start")
    (block $h
      (try_table (catch $Other $h) (call $parse)))))

;; ! wasm trap: uncaught exception `ParseError`
;; !   0: parse   (uncaught_exception.wat+0x0031)
;; !   1: main    (uncaught_exception.wat+0x003e)
;; = 134
