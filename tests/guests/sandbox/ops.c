// Runs the calls that standard input lists, one a line, and prints the outcome of each: the error number,
// then what the call gives. Texts are in percent encoding, a lone `-` is the empty one.
//
//   open DIR FOLLOW PATH OFLAGS RIGHTS FDFLAGS    new descriptor
//   read FD LEN          pread FD LEN OFFSET      the bytes
//   write FD TEXT        pwrite FD OFFSET TEXT    how many
//   seek FD OFFSET WHENCE          tell FD        the position
//   stat DIR FOLLOW PATH           filestat FD    type and size
//   fdstat FD                                     type and flags
//   readlink DIR PATH    readdir FD               the content; how many, and the sum of their hashes
//   close FD             renumber FROM TO         setsize FD SIZE     allocate FD OFFSET LEN
//   sync FD              datasync FD              advise FD           settimes FD
//   setflags FD FLAGS    setrights FD BASE INHERITING                 prestat FD
//   times DIR FOLLOW PATH     mkdir DIR PATH      rmdir DIR PATH      unlink DIR PATH
//   symlink CONTENT DIR PATH  link DIR FOLLOW PATH DIR PATH           rename DIR PATH DIR PATH
//
// For races, with how often each outcome was seen:
//
//   raceread TIMES PATH            a file holds `inside`, or anything else, which is an escape
//   racechange TIMES PATH NAME     makes, links, renames and removes things as PATH/NAME
//
// The errors that racing calls may see are many, so only what matters is printed of them.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

static char input[1 << 20], output[1 << 20], *next, *end;
static size_t used;

static void flush(void) {
  size_t from = 0;
  while (from < used) {
    __wasi_ciovec_t v = {(uint8_t *)output + from, used - from};
    __wasi_size_t n;
    if (__wasi_fd_write(1, &v, 1, &n)) __builtin_trap();
    from += n;
  }
  used = 0;
}
static void put(char c) {
  if (used == sizeof output) flush();
  output[used++] = c;
}
static void text(const char *s) { while (*s) put(*s++); }
static void number(uint64_t n) {
  char digits[20];
  int len = 0;
  do digits[len++] = '0' + n % 10; while (n /= 10);
  while (len) put(digits[--len]);
}
static void encoded(const uint8_t *bytes, size_t len) {
  static const char hex[] = "0123456789abcdef";
  put(' ');
  for (size_t i = 0; i < len; i++) {
    uint8_t c = bytes[i];
    if (c > ' ' && c < 0x7f && c != '%') put(c);
    else put('%'), put(hex[c >> 4]), put(hex[c & 15]);
  }
}

static char *word(void) {
  while (next < end && *next == ' ') next++;
  char *start = next;
  while (next < end && *next != ' ' && *next != '\n') next++;
  if (next < end && *next == ' ') *next++ = 0;
  return start;
}
static uint64_t num(void) {
  char *w = word();
  int negative = *w == '-';
  if (negative) w++;
  uint64_t n = 0;
  while (*w >= '0' && *w <= '9') n = n * 10 + (*w++ - '0');
  return negative ? -n : n;
}
static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }
typedef struct { char *at; size_t len; } Text;
static Text decoded(void) {
  char *start = word(), *to = start, *from = start;
  while (*from && *from != '\n') {
    if (*from == '%') *to++ = digit(from[1]) << 4 | digit(from[2]), from += 3;
    else *to++ = *from++;
  }
  Text t = {start, to - start};
  if (t.len == 1 && *start == '-') t.len = 0;
  return t;
}

static uint8_t room[1 << 16];

// Raw calls, since those of the C library take texts that end with a zero.
#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
IMPORT(path_open) int raw_open(int, int, const char *, size_t, int, uint64_t, uint64_t, int, void *);
IMPORT(path_filestat_get) int raw_stat(int, int, const char *, size_t, void *);
IMPORT(path_filestat_set_times)
int raw_times(int, int, const char *, size_t, uint64_t, uint64_t, int);
IMPORT(path_create_directory) int raw_mkdir(int, const char *, size_t);
IMPORT(path_remove_directory) int raw_rmdir(int, const char *, size_t);
IMPORT(path_unlink_file) int raw_unlink(int, const char *, size_t);
IMPORT(path_readlink) int raw_readlink(int, const char *, size_t, void *, size_t, void *);
IMPORT(path_symlink) int raw_symlink(const char *, size_t, int, const char *, size_t);
IMPORT(path_link) int raw_link(int, int, const char *, size_t, int, const char *, size_t);
IMPORT(path_rename) int raw_rename(int, const char *, size_t, int, const char *, size_t);

static void entries(int fd) {
  uint64_t cookie = 0;
  uint32_t count = 0, sum = 0;
  int error;
  for (;;) {
    __wasi_size_t len;
    error = __wasi_fd_readdir(fd, room, sizeof room, cookie, &len);
    if (error) break;
    size_t at = 0;
    int whole = 0;
    while (at + 24 <= len) {
      uint32_t name_len;
      memcpy(&name_len, room + at + 16, 4);
      if (at + 24 + name_len > len) break;
      memcpy(&cookie, room + at, 8);
      uint32_t hash = 2166136261u;
      for (uint32_t i = 0; i < name_len; i++) hash = (hash ^ room[at + 24 + i]) * 16777619u;
      sum += hash, count++, whole++;
      at += 24 + name_len;
    }
    if (len < sizeof room || !whole) break;
  }
  number(error), put(' '), number(count), put(' '), number(sum);
}

static void race_read(uint32_t times, Text path) {
  uint32_t inside = 0, escaped = 0, failed = 0;
  for (uint32_t i = 0; i < times; i++) {
    int fd;
    if (raw_open(3, 1, path.at, path.len, 0, 2, 0, 0, &fd)) { failed++; continue; }
    __wasi_iovec_t v = {room, 16};
    __wasi_size_t n = 0;
    int error = __wasi_fd_read(fd, &v, 1, &n);
    if (!error && n == 6 && !memcmp(room, "inside", 6)) inside++;
    else if (!error) escaped++;
    else failed++;
    __wasi_fd_close(fd);
    uint64_t stat[8];
    if (!raw_stat(3, 1, path.at, path.len, stat) && stat[4] != 6) escaped++;
  }
  text("escaped "), number(escaped), text(" of "), number(times);
  (void)inside, (void)failed;
}

static void race_change(uint32_t times, Text path, Text name) {
  char a[256], b[256];
  size_t len = path.len + 1 + name.len;
  memcpy(a, path.at, path.len), a[path.len] = '/', memcpy(a + path.len + 1, name.at, name.len);
  memcpy(b, a, len), b[len] = '2';
  for (uint32_t i = 0; i < times; i++) {
    int fd;
    switch (i % 8) {
      case 0: if (!raw_open(3, 1, a, len, 1 | 8, 64, 0, 0, &fd)) __wasi_fd_close(fd); break;
      case 1: raw_link(3, 0, a, len, 3, b, len + 1); break;
      case 2: raw_rename(3, a, len, 3, b, len + 1); break;
      case 3: raw_unlink(3, b, len + 1); break;
      case 4: raw_mkdir(3, a, len); break;
      case 5: raw_rmdir(3, a, len); break;
      case 6: raw_symlink("inner", 5, 3, a, len), raw_times(3, 1, a, len, 0, 0, 10); break;
      case 7: raw_unlink(3, a, len); break;
    }
  }
  text("changed "), number(times);
}

static int is(const char *op, const char *name) { return !strcmp(op, name); }

static void run(const char *op) {
  __wasi_size_t n = 0;
  uint64_t big = 0, stat[8] = {0};
  int error = 0;
  if (is(op, "open")) {
    int dir = num(), follow = num();
    Text path = decoded();
    int oflags = num();
    uint64_t rights = num();
    int fd = -1;
    error = raw_open(dir, follow, path.at, path.len, oflags, rights, ~0ull, num(), &fd);
    number(error);
    if (!error) put(' '), number(fd);
  } else if (is(op, "read") || is(op, "pread")) {
    int fd = num();
    __wasi_iovec_t v = {room, num()};
    error = is(op, "read") ? __wasi_fd_read(fd, &v, 1, &n) : __wasi_fd_pread(fd, &v, 1, num(), &n);
    number(error);
    if (!error) encoded(room, n);
  } else if (is(op, "write") || is(op, "pwrite")) {
    int fd = num();
    uint64_t offset = is(op, "pwrite") ? num() : 0;
    Text t = decoded();
    __wasi_ciovec_t v = {(uint8_t *)t.at, t.len};
    error = is(op, "write") ? __wasi_fd_write(fd, &v, 1, &n) : __wasi_fd_pwrite(fd, &v, 1, offset, &n);
    number(error);
    if (!error) put(' '), number(n);
  } else if (is(op, "seek")) {
    int fd = num();
    int64_t offset = num();
    error = __wasi_fd_seek(fd, offset, num(), &big);
    number(error);
    if (!error) put(' '), number(big);
  } else if (is(op, "tell")) {
    error = __wasi_fd_tell(num(), &big);
    number(error);
    if (!error) put(' '), number(big);
  } else if (is(op, "stat") || is(op, "filestat")) {
    int fd = num();
    if (is(op, "stat")) {
      int follow = num();
      Text path = decoded();
      error = raw_stat(fd, follow, path.at, path.len, stat);
    } else error = __wasi_fd_filestat_get(fd, (void *)stat);
    number(error);
    if (!error) put(' '), number(((uint8_t *)stat)[16]);
    if (!error && ((uint8_t *)stat)[16] == 4) put(' '), number(stat[4]);
  } else if (is(op, "fdstat")) {
    __wasi_fdstat_t s;
    error = __wasi_fd_fdstat_get(num(), &s);
    number(error);
    if (!error) put(' '), number(s.fs_filetype), put(' '), number(s.fs_flags);
  } else if (is(op, "readlink")) {
    int dir = num();
    Text path = decoded();
    error = raw_readlink(dir, path.at, path.len, room, sizeof room, &n);
    number(error);
    if (!error) encoded(room, n);
  } else if (is(op, "readdir")) {
    entries(num());
  } else if (is(op, "raceread")) {
    uint32_t times = num();
    race_read(times, decoded());
  } else if (is(op, "racechange")) {
    uint32_t times = num();
    Text path = decoded(), name = decoded();
    race_change(times, path, name);
  } else {
    int fd;
    Text path, other;
    uint64_t a;
    if (is(op, "close")) error = __wasi_fd_close(num());
    else if (is(op, "renumber")) fd = num(), error = __wasi_fd_renumber(fd, num());
    else if (is(op, "setsize")) fd = num(), error = __wasi_fd_filestat_set_size(fd, num());
    else if (is(op, "allocate")) fd = num(), a = num(), error = __wasi_fd_allocate(fd, a, num());
    else if (is(op, "sync")) error = __wasi_fd_sync(num());
    else if (is(op, "datasync")) error = __wasi_fd_datasync(num());
    else if (is(op, "advise")) error = __wasi_fd_advise(num(), 0, 0, 1);
    else if (is(op, "settimes")) error = __wasi_fd_filestat_set_times(num(), 1, 2, 5);
    else if (is(op, "setflags")) fd = num(), error = __wasi_fd_fdstat_set_flags(fd, num());
    else if (is(op, "setrights")) fd = num(), a = num(), error = __wasi_fd_fdstat_set_rights(fd, a, num());
    else if (is(op, "prestat")) { __wasi_prestat_t p; error = __wasi_fd_prestat_get(num(), &p); }
    else if (is(op, "times")) {
      fd = num();
      int follow = num();
      path = decoded();
      error = raw_times(fd, follow, path.at, path.len, 1, 2, 5);
    } else if (is(op, "mkdir")) fd = num(), path = decoded(), error = raw_mkdir(fd, path.at, path.len);
    else if (is(op, "rmdir")) fd = num(), path = decoded(), error = raw_rmdir(fd, path.at, path.len);
    else if (is(op, "unlink")) fd = num(), path = decoded(), error = raw_unlink(fd, path.at, path.len);
    else if (is(op, "symlink")) {
      other = decoded(), fd = num(), path = decoded();
      error = raw_symlink(other.at, other.len, fd, path.at, path.len);
    } else if (is(op, "link")) {
      fd = num();
      int follow = num();
      path = decoded();
      int to = num();
      other = decoded();
      error = raw_link(fd, follow, path.at, path.len, to, other.at, other.len);
    } else if (is(op, "rename")) {
      fd = num(), path = decoded();
      int to = num();
      other = decoded();
      error = raw_rename(fd, path.at, path.len, to, other.at, other.len);
    } else __builtin_trap();
    number(error);
  }
  put('\n');
}

int main(void) {
  size_t len = 0;
  __wasi_size_t n;
  do {
    __wasi_iovec_t v = {(uint8_t *)input + len, sizeof input - 1 - len};
    if (__wasi_fd_read(0, &v, 1, &n)) return 1;
    len += n;
  } while (n);
  next = input, end = input + len;
  while (next < end) {
    if (*next == '\n') { next++; continue; }
    char *line_end = memchr(next, '\n', end - next);
    char *op = word();
    run(op);
    next = line_end ? line_end + 1 : end;
  }
  flush();
  return 0;
}
