/* The part of WASI preview 1 that the workloads import, for what wasm2c makes of them. Arguments are not passed on.
 * The module is named `m`, and its header is `m.h`. */

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "m.h"

enum { SUCCESS = 0, BADF = 8, FAULT = 21, INVAL = 28, IO = 29, SPIPE = 70 };

struct w2c_wasi__snapshot__preview1 {
  w2c_m *guest;
};

typedef struct w2c_wasi__snapshot__preview1 Host;

/* The guest's bytes from `address` on, or nothing if they are not all inside its memory. */
static void *bytes(Host *host, u32 address, u64 len) {
  wasm_rt_memory_t *memory = w2c_m_memory(host->guest);
  return address + len <= memory->size ? memory->data + address : NULL;
}

static u32 put(Host *host, u32 address, u32 value) {
  u32 *place = bytes(host, address, sizeof value);
  if (!place) return FAULT;
  *place = value;
  return SUCCESS;
}

u32 w2c_wasi__snapshot__preview1_args_sizes_get(Host *host, u32 count, u32 len) {
  u32 failed = put(host, count, 0);
  return failed ? failed : put(host, len, 0);
}

u32 w2c_wasi__snapshot__preview1_args_get(Host *host, u32 pointers, u32 text) { return SUCCESS; }

u32 w2c_wasi__snapshot__preview1_fd_write(Host *host, u32 fd, u32 vectors, u32 count, u32 written) {
  struct { u32 address, len; } *vector = bytes(host, vectors, 8 * (u64)count);
  u32 total = 0;
  if (!vector) return FAULT;
  for (u32 i = 0; i < count; i++) {
    void *start = bytes(host, vector[i].address, vector[i].len);
    if (!start) return FAULT;
    ssize_t done = write(fd, start, vector[i].len);
    if (done < 0) return IO;
    total += done;
    if (done < vector[i].len) break;
  }
  return put(host, written, total);
}

u32 w2c_wasi__snapshot__preview1_fd_close(Host *host, u32 fd) { return fd < 3 ? SUCCESS : BADF; }

u32 w2c_wasi__snapshot__preview1_fd_seek(Host *host, u32 fd, u64 offset, u32 whence, u32 position) {
  return fd < 3 ? SPIPE : BADF;
}

/* Standard streams are character devices, which may be read and written. */
u32 w2c_wasi__snapshot__preview1_fd_fdstat_get(Host *host, u32 fd, u32 record) {
  u64 *fields = bytes(host, record, 24);
  if (fd >= 3) return BADF;
  if (!fields) return FAULT;
  fields[0] = 2;
  fields[1] = 1 << 1 | 1 << 6;
  fields[2] = 0;
  return SUCCESS;
}

void w2c_wasi__snapshot__preview1_proc_exit(Host *host, u32 status) { exit(status); }

int main(void) {
  static w2c_m guest;
  Host host = {&guest};
  wasm_rt_init();
  wasm2c_m_instantiate(&guest, &host);
  w2c_m_0x5Fstart(&guest);
  return 0;
}
