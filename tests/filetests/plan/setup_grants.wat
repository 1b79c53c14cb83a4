;;! stage = "plan"
;;! dir = "/data"
;;! tcp_listen = "127.0.0.1:80"
;; Granted sockets and directories are opened before anything else, sockets first, because their
;; descriptors have the lower numbers.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept" (func $sock_accept (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (start $init)
  (func $init)
  (func (export "_start")
    (drop (call $path_open (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
      (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0)))
    (drop (call $sock_accept (i32.const 0) (i32.const 0) (i32.const 0)))))

;; context 0x1000010, 88 bytes
;; constants 0x7000070, 0 bytes
;; main: Setup("wasiaot_check_cpu_v3")
;; main: Setup("wasiaot_init_listeners")
;; main: Setup("wasiaot_init_preopens")
;; main: Instantiate(InstanceId(0))
;; main: Call(FunctionId(1))
;; signature 1: [i32 i32 i32 i32 i32 i64 i64 i32 i32] -> [i32]
;; signature 2: [i32 i32 i32] -> [i32]
;; signature 3: [] -> []
;; memory 0: base 0x70000000, record 0x1000040, 0x10000..=0xffff0000 bytes, reserves 0x180000000
;; instance 0: "setup_grants.wat"
;;   init: Start(FunctionId(0))
;; function 0: instance 0 func 2, signature 3
;; function 1: instance 0 func 3, signature 3
;; function 2: host wasiaot_p1_path_open, memory 0, signature 1
;; function 3: host wasiaot_p1_sock_accept, memory 0, signature 2
