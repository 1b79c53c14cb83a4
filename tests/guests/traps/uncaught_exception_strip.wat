;;! build = "--symbols strip"
;; Without names, the tag has none either.
(module
  (tag $ParseError)
  (func $main (export "_start")
    try
      throw $ParseError
    catch_all
      rethrow 0
    end))

;; ! wasm trap: uncaught exception
;; !   0: <function 0>   (uncaught_exception_strip.wat+0x002d)
;; = 134
