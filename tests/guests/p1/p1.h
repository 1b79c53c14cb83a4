// What the programs of this folder share: they call the WASI functions directly and print each call
// with its outcome, so that the output is the same wherever the behavior is.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

// The first preopened directory.
#define DIR ((__wasi_fd_t)3)

static const char *const errno_names[] = {
    "ok", "2big", "acces", "addrinuse", "addrnotavail", "afnosupport", "again", "already", "badf",
    "badmsg", "busy", "canceled", "child", "connaborted", "connrefused", "connreset", "deadlk",
    "destaddrreq", "dom", "dquot", "exist", "fault", "fbig", "hostunreach", "idrm", "ilseq",
    "inprogress", "intr", "inval", "io", "isconn", "isdir", "loop", "mfile", "mlink", "msgsize",
    "multihop", "nametoolong", "netdown", "netreset", "netunreach", "nfile", "nobufs", "nodev",
    "noent", "noexec", "nolck", "nolink", "nomem", "nomsg", "noprotoopt", "nospc", "nosys", "notconn",
    "notdir", "notempty", "notrecoverable", "notsock", "notsup", "notty", "nxio", "overflow",
    "ownerdead", "perm", "pipe", "proto", "protonosupport", "prototype", "range", "rofs", "spipe",
    "srch", "stale", "timedout", "txtbsy", "xdev", "notcapable",
};

static const char *name_of(unsigned error) {
    return error < sizeof errno_names / sizeof *errno_names ? errno_names[error] : "?";
}

// Prints a call and its outcome.
#define SHOW(call) printf("%s: %s\n", #call, name_of(call))

// The same, for calls on which other engines trap: `-DPEER` leaves them out.
#ifdef PEER
#define SHOW_OURS(call) ((void)0)
#else
#define SHOW_OURS(call) SHOW(call)
#endif

// Makes a call that has to succeed.
#define MUST(call)                                                                                   \
    do {                                                                                             \
        unsigned error = (call);                                                                     \
        if (error != 0) {                                                                            \
            printf("line %d: %s: %s\n", __LINE__, #call, name_of(error));                            \
            exit(1);                                                                                 \
        }                                                                                            \
    } while (0)

#define READ __WASI_RIGHTS_FD_READ
#define WRITE __WASI_RIGHTS_FD_WRITE
#define FOLLOW __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW
#define CREAT __WASI_OFLAGS_CREAT
#define DIRECTORY __WASI_OFLAGS_DIRECTORY
#define EXCL __WASI_OFLAGS_EXCL
#define TRUNC __WASI_OFLAGS_TRUNC

// The rights of a preopened directory include these; engines look at reading and writing only.
#define ANY (~(__wasi_rights_t)0 & ((1 << 29) - 1))

static __wasi_fd_t opened;

static __wasi_errno_t open_at(__wasi_fd_t dir, int lookup, const char *path, int flags, __wasi_rights_t rights,
                              int fd_flags) {
    opened = -1;
    return __wasi_path_open(dir, lookup, path, flags, rights, ANY, fd_flags, &opened);
}

static size_t transferred;

static __wasi_errno_t write_to(__wasi_fd_t fd, const char *text) {
    __wasi_ciovec_t iov = {(const uint8_t *)text, strlen(text)};
    return __wasi_fd_write(fd, &iov, 1, &transferred);
}

static char buffer[65536];

static __wasi_errno_t read_from(__wasi_fd_t fd, size_t len) {
    __wasi_iovec_t iov = {(uint8_t *)buffer, len};
    __wasi_errno_t error = __wasi_fd_read(fd, &iov, 1, &transferred);
    buffer[error == 0 ? transferred : 0] = 0;
    return error;
}

__attribute__((unused)) static void make_file(const char *path, const char *text) {
    MUST(open_at(DIR, 0, path, CREAT | TRUNC, WRITE, 0));
    MUST(write_to(opened, text));
    MUST(__wasi_fd_close(opened));
}

__attribute__((unused)) static void show_file(const char *path) {
    MUST(open_at(DIR, 0, path, 0, READ, 0));
    MUST(read_from(opened, sizeof buffer - 1));
    MUST(__wasi_fd_close(opened));
    printf("%s holds \"%s\"\n", path, buffer);
}
