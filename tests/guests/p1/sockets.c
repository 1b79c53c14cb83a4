// A server that answers two connections: the first by `fd_*`, the second by `sock_*`.
//
// options: --tcp-listen 127.0.0.1:PORT --dir scratch::/
// The other end connects, sends "one" and closes its sending direction, reads to the end; connects
// again, waits for "go", sends "two words", reads to the end. It gets "echo one" and "gotwtwo words".
#include "p1.h"

#define LISTENER ((__wasi_fd_t)3)
#define AFTER ((__wasi_fd_t)4)

static void wait_for(int type, __wasi_fd_t fd) {
    __wasi_subscription_t s = {.userdata = 7, .u.tag = type};
    s.u.u.fd_read.file_descriptor = fd;
    __wasi_event_t event;
    size_t stored;
    MUST(__wasi_poll_oneoff(&s, &event, 1, &stored));
    printf("event %llu type %u: %s\n", event.userdata, event.type, name_of(event.error));
}

static __wasi_errno_t receive(__wasi_fd_t fd, size_t len, int flags) {
    __wasi_iovec_t iov = {(uint8_t *)buffer, len};
    __wasi_roflags_t out;
    __wasi_errno_t error = __wasi_sock_recv(fd, &iov, 1, flags, &transferred, &out);
    buffer[error == 0 ? transferred : 0] = 0;
    return error;
}

static __wasi_errno_t send(__wasi_fd_t fd, const char *text) {
    __wasi_ciovec_t iov = {(const uint8_t *)text, strlen(text)};
    return __wasi_sock_send(fd, &iov, 1, 0, &transferred);
}

int main(void) {
    __wasi_fdstat_t stat;
    MUST(__wasi_fd_fdstat_get(LISTENER, &stat));
    printf("type %u, flags %u\n", stat.fs_filetype, stat.fs_flags);
    MUST(__wasi_fd_fdstat_get(AFTER, &stat));
    printf("type %u\n", stat.fs_filetype);
    FILE *file = fopen("/file", "w");
    printf("the directory is found: %d\n", file != NULL);
    __wasi_fd_t connection;
    SHOW(__wasi_sock_accept(1, 0, &connection));
    SHOW(__wasi_sock_accept(AFTER, 0, &connection));
    SHOW(__wasi_sock_accept(99, 0, &connection));
    SHOW(__wasi_sock_accept(LISTENER, 32, &connection));
    SHOW(__wasi_fd_fdstat_set_flags(LISTENER, __WASI_FDFLAGS_NONBLOCK));
    SHOW(__wasi_sock_accept(LISTENER, 0, &connection));
    SHOW(__wasi_fd_fdstat_set_flags(LISTENER, 0));
    fflush(stdout);
    wait_for(__WASI_EVENTTYPE_FD_READ, LISTENER);
    SHOW(__wasi_sock_accept(LISTENER, 0, &connection));
    MUST(__wasi_fd_fdstat_get(connection, &stat));
    printf("type %u, flags %u\n", stat.fs_filetype, stat.fs_flags);
    char all[100] = "";
    do {
        wait_for(__WASI_EVENTTYPE_FD_READ, connection);
        MUST(read_from(connection, 100));
        strcat(all, buffer);
    } while (transferred != 0);
    printf("got \"%s\"\n", all);
    wait_for(__WASI_EVENTTYPE_FD_WRITE, connection);
    SHOW(write_to(connection, "echo "));
    SHOW(write_to(connection, all));
    __wasi_filesize_t at;
    SHOW(__wasi_fd_seek(connection, 0, __WASI_WHENCE_CUR, &at));
    SHOW(__wasi_sock_shutdown(connection, 4));
    SHOW(__wasi_sock_shutdown(connection, __WASI_SDFLAGS_WR));
    SHOW(write_to(connection, "x"));
    SHOW(__wasi_fd_close(connection));

    SHOW(__wasi_sock_accept(LISTENER, __WASI_FDFLAGS_NONBLOCK, &connection));
    MUST(__wasi_fd_fdstat_get(connection, &stat));
    printf("type %u, flags %u\n", stat.fs_filetype, stat.fs_flags);
    SHOW(receive(connection, 10, 0));
    SHOW(read_from(connection, 10));
    SHOW(send(connection, "go"));
    SHOW(__wasi_fd_fdstat_set_flags(connection, 0));
    SHOW(receive(connection, 2, __WASI_RIFLAGS_RECV_PEEK | __WASI_RIFLAGS_RECV_WAITALL));
    SHOW(send(connection, buffer));
    SHOW(receive(connection, 9, __WASI_RIFLAGS_RECV_WAITALL));
    SHOW(send(connection, buffer));
    SHOW(receive(connection, 9, 4));
    SHOW(receive(1, 9, 0));
    SHOW(send(99, "x"));
    SHOW(__wasi_fd_close(connection));
    SHOW(__wasi_fd_close(LISTENER));
}
