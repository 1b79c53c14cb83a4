// The standard streams, and descriptor numbers.
//
// options: --dir scratch::/
// stdin: input
#include "p1.h"

static void show_fdstat(__wasi_fd_t fd) {
    __wasi_fdstat_t stat;
    unsigned error = __wasi_fd_fdstat_get(fd, &stat);
    printf("fdstat %u: %s", fd, name_of(error));
    if (error == 0) {
        printf(" type %u, flags %u, read %d, write %d, seek %d", stat.fs_filetype, stat.fs_flags,
               (stat.fs_rights_base & READ) != 0, (stat.fs_rights_base & WRITE) != 0,
               (stat.fs_rights_base & __WASI_RIGHTS_FD_SEEK) != 0);
    }
    printf("\n");
}

int main(void) {
    show_fdstat(0);
    show_fdstat(1);
    show_fdstat(2);
    show_fdstat(99);
    show_fdstat(-1);
    __wasi_filesize_t at;
    SHOW(__wasi_fd_seek(0, 0, __WASI_WHENCE_CUR, &at));
    SHOW(__wasi_fd_seek(1, 0, __WASI_WHENCE_SET, &at));
    SHOW(__wasi_fd_tell(1, &at));
    __wasi_ciovec_t out = {(const uint8_t *)"x", 1};
    __wasi_iovec_t in = {(uint8_t *)buffer, 1};
    SHOW(__wasi_fd_pread(0, &in, 1, 0, &transferred));
    SHOW(__wasi_fd_pwrite(1, &out, 1, 0, &transferred));
    SHOW(__wasi_fd_write(0, &out, 1, &transferred));
    SHOW(__wasi_fd_read(1, &in, 1, &transferred));
    SHOW(__wasi_fd_write(99, &out, 1, &transferred));
    SHOW(__wasi_fd_write(DIR, &out, 1, &transferred));
    SHOW(__wasi_fd_read(DIR, &in, 1, &transferred));
    SHOW(__wasi_fd_seek(DIR, 0, __WASI_WHENCE_CUR, &at));
    SHOW(__wasi_fd_tell(DIR, &at));
    SHOW(__wasi_fd_filestat_set_size(DIR, 0));
    SHOW(read_from(0, 3));
    printf("\"%s\"\n", buffer);
    SHOW(read_from(0, 100));
    printf("\"%s\"\n", buffer);
    SHOW(read_from(0, 100));
    printf("%zu bytes\n", transferred);
    __wasi_prestat_t prestat;
    SHOW(__wasi_fd_prestat_get(0, &prestat));
    SHOW(__wasi_fd_prestat_get(DIR, &prestat));
    printf("tag %u, length %zu\n", prestat.tag, prestat.u.dir.pr_name_len);
    SHOW(__wasi_fd_prestat_get(4, &prestat));
    SHOW(__wasi_fd_prestat_dir_name(DIR, (uint8_t *)buffer, 0));
    SHOW(__wasi_fd_prestat_dir_name(DIR, (uint8_t *)buffer, 10));
    SHOW(__wasi_fd_prestat_dir_name(0, (uint8_t *)buffer, 10));
    SHOW(__wasi_fd_prestat_dir_name(99, (uint8_t *)buffer, 10));

    MUST(open_at(DIR, 0, "file", CREAT, READ | WRITE, 0));
    __wasi_fd_t fd = opened;
    SHOW(__wasi_fd_renumber(fd, 99));
    SHOW(__wasi_fd_renumber(99, fd));
    SHOW(__wasi_fd_renumber(fd, fd));
    SHOW(__wasi_fd_renumber(99, 99));
    MUST(write_to(fd, "file"));
    MUST(open_at(DIR, 0, "second", CREAT, READ | WRITE, 0));
    __wasi_fd_t second = opened;
    SHOW(__wasi_fd_renumber(fd, second));
    SHOW(__wasi_fd_tell(second, &at));
    printf("at %llu\n", at);
    SHOW(__wasi_fd_tell(fd, &at));
    MUST(__wasi_fd_close(second));

    // A file takes the place of stdin.
    MUST(open_at(DIR, 0, "file", 0, READ, 0));
    SHOW(__wasi_fd_renumber(opened, 0));
    SHOW(read_from(0, 100));
    printf("\"%s\"\n", buffer);
    SHOW(__wasi_fd_close(0));
    SHOW(read_from(0, 100));
    SHOW(__wasi_fd_close(0));
    SHOW(__wasi_fd_close(DIR));
    SHOW(__wasi_fd_prestat_get(DIR, &prestat));
    SHOW(open_at(DIR, 0, "file", 0, READ, 0));
    fflush(stdout);
    MUST(__wasi_fd_close(2));
    return write_to(2, "this goes nowhere\n") != __WASI_ERRNO_BADF;
}
