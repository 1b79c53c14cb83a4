// Opening, reading, writing and the attributes of files.
//
// options: --dir scratch::/
#include "p1.h"

static void show_fdstat(__wasi_fd_t fd) {
    __wasi_fdstat_t stat;
    MUST(__wasi_fd_fdstat_get(fd, &stat));
    printf("type %u, append %d, nonblock %d, read %d, write %d\n", stat.fs_filetype,
           (stat.fs_flags & __WASI_FDFLAGS_APPEND) != 0, (stat.fs_flags & __WASI_FDFLAGS_NONBLOCK) != 0,
           (stat.fs_rights_base & READ) != 0, (stat.fs_rights_base & WRITE) != 0);
}

static void opening(void) {
    SHOW(open_at(DIR, 0, "a", 0, READ, 0));
    SHOW(open_at(DIR, 0, "a", TRUNC, WRITE, 0));
    SHOW(open_at(DIR, 0, "a", EXCL, READ, 0));
    SHOW(open_at(DIR, 0, "a", CREAT | EXCL, WRITE, 0));
    show_fdstat(opened);
    SHOW(write_to(opened, "hello"));
    SHOW(read_from(opened, 1));
    MUST(__wasi_fd_close(opened));
    SHOW(open_at(DIR, 0, "a", CREAT | EXCL, WRITE, 0));
    SHOW(open_at(DIR, 0, "a", EXCL, READ, 0));
    show_fdstat(opened);
    SHOW(write_to(opened, "x"));
    SHOW(read_from(opened, 3));
    printf("read \"%s\"\n", buffer);
    SHOW(read_from(opened, 3));
    printf("read \"%s\"\n", buffer);
    SHOW(read_from(opened, 3));
    printf("read \"%s\"\n", buffer);
    MUST(__wasi_fd_close(opened));
    SHOW(__wasi_fd_close(opened));
    SHOW(open_at(DIR, 0, "a", DIRECTORY, READ, 0));
    SHOW(open_at(DIR, 0, "a", CREAT | DIRECTORY, READ, 0));
    SHOW(open_at(DIR, 0, "a", 0, READ | WRITE, __WASI_FDFLAGS_APPEND | __WASI_FDFLAGS_NONBLOCK));
    show_fdstat(opened);
    SHOW(open_at(opened, 0, "b", 0, READ, 0));
    SHOW(open_at(1, 0, "b", 0, READ, 0));
    SHOW(open_at(99, 0, "b", 0, READ, 0));
    SHOW_OURS(open_at(DIR, 2, "a", 0, READ, 0));
    SHOW_OURS(open_at(DIR, 0, "a", 16, READ, 0));
    SHOW_OURS(open_at(DIR, 0, "a", 0, READ, 32));
    MUST(__wasi_path_create_directory(DIR, "d"));
    SHOW(open_at(DIR, 0, "d", 0, READ, 0));
    show_fdstat(opened);
    SHOW(open_at(DIR, 0, "d", DIRECTORY, READ, 0));
    SHOW(open_at(DIR, 0, "d", 0, WRITE, 0));
    SHOW(open_at(DIR, 0, "d", CREAT, READ, 0));
    SHOW(open_at(DIR, 0, "d/", DIRECTORY, READ, 0));
}

static void positions(void) {
    make_file("p", "0123456789");
    __wasi_filesize_t at = 0;
    MUST(open_at(DIR, 0, "p", 0, READ | WRITE, 0));
    __wasi_fd_t fd = opened;
#define SEEK(offset, whence)                                                                         \
    printf("seek %d %d: %s", (int)(offset), whence, name_of(__wasi_fd_seek(fd, offset, whence, &at))),   \
        printf(" %llu\n", at)
    SEEK(0, __WASI_WHENCE_CUR);
    SEEK(4, __WASI_WHENCE_SET);
    SEEK(-1, __WASI_WHENCE_SET);
    SEEK(-5, __WASI_WHENCE_CUR);
    SEEK(2, __WASI_WHENCE_CUR);
    SEEK(-3, __WASI_WHENCE_END);
    SEEK(5, __WASI_WHENCE_END);
    SHOW_OURS(__wasi_fd_seek(fd, 0, 3, &at));
    SHOW(__wasi_fd_tell(fd, &at));
    printf("at %llu\n", at);
    SHOW(write_to(fd, "x"));
    __wasi_ciovec_t out[3] = {{(const uint8_t *)"AB", 2}, {0, 0}, {(const uint8_t *)"CD", 2}};
    SHOW(__wasi_fd_pwrite(fd, out, 1, 2, &transferred));
    __wasi_iovec_t in[3] = {{0, 0}, {(uint8_t *)buffer, 4}, {(uint8_t *)buffer + 4, 0}};
    SHOW(__wasi_fd_pread(fd, in, 3, 1, &transferred));
    printf("%zu bytes \"%.4s\"\n", transferred, buffer);
    SHOW(__wasi_fd_pread(fd, in, 3, 100, &transferred));
    printf("%zu bytes\n", transferred);
    SHOW(__wasi_fd_pread(fd, in, 3, -1, &transferred));
    SHOW(__wasi_fd_pwrite(fd, out, 1, -1, &transferred));
    SHOW(__wasi_fd_read(fd, in, 0, &transferred));
    printf("%zu bytes\n", transferred);
    SHOW(__wasi_fd_tell(fd, &at));
    printf("at %llu\n", at);
    MUST(__wasi_fd_close(fd));
}

static void appending(void) {
    make_file("p", "0123");
    MUST(open_at(DIR, 0, "p", 0, READ | WRITE, __WASI_FDFLAGS_APPEND));
    __wasi_filesize_t at;
    MUST(__wasi_fd_seek(opened, 0, __WASI_WHENCE_SET, &at));
    MUST(write_to(opened, "end"));
    MUST(__wasi_fd_tell(opened, &at));
    printf("at %llu\n", at);
    SHOW(__wasi_fd_fdstat_set_flags(opened, 0));
    MUST(__wasi_fd_seek(opened, 0, __WASI_WHENCE_SET, &at));
    MUST(write_to(opened, "start"));
    SHOW(__wasi_fd_fdstat_set_flags(opened, __WASI_FDFLAGS_APPEND));
    MUST(write_to(opened, "again"));
    SHOW(__wasi_fd_fdstat_set_flags(opened, __WASI_FDFLAGS_SYNC));
    SHOW_OURS(__wasi_fd_fdstat_set_flags(opened, 32));
    SHOW(__wasi_fd_fdstat_set_flags(99, 0));
    MUST(__wasi_fd_close(opened));
    show_file("p");
}

static void sizes(void) {
    __wasi_filestat_t stat;
    make_file("p", "0123456789");
    MUST(open_at(DIR, 0, "p", 0, READ | WRITE, 0));
    SHOW(__wasi_fd_filestat_set_size(opened, 3));
    MUST(__wasi_fd_filestat_get(opened, &stat));
    printf("size %llu, type %u, links %llu\n", stat.size, stat.filetype, stat.nlink);
    SHOW(__wasi_fd_filestat_set_size(opened, 5));
    MUST(__wasi_fd_filestat_get(opened, &stat));
    printf("size %llu\n", stat.size);
    SHOW(__wasi_fd_filestat_set_size(opened, -1));
    SHOW(__wasi_fd_advise(opened, 0, 0, __WASI_ADVICE_SEQUENTIAL));
    SHOW(__wasi_fd_advise(opened, 0, 5, __WASI_ADVICE_NOREUSE));
    SHOW_OURS(__wasi_fd_advise(opened, 0, 0, 6));
    SHOW(__wasi_fd_sync(opened));
    SHOW(__wasi_fd_datasync(opened));
    MUST(__wasi_fd_close(opened));
    MUST(open_at(DIR, 0, "p", 0, READ, 0));
    SHOW(__wasi_fd_filestat_set_size(opened, 1));
    MUST(__wasi_fd_close(opened));
    SHOW(__wasi_path_link(DIR, 0, "p", DIR, "q"));
    MUST(__wasi_path_filestat_get(DIR, 0, "q", &stat));
    printf("links %llu\n", stat.nlink);
    __wasi_inode_t inode = stat.ino;
    __wasi_device_t device = stat.dev;
    MUST(__wasi_path_filestat_get(DIR, 0, "p", &stat));
    printf("same file %d\n", inode == stat.ino && device == stat.dev);
    MUST(__wasi_path_filestat_get(DIR, 0, ".", &stat));
    printf("same file %d\n", inode == stat.ino && device == stat.dev);
    SHOW(__wasi_path_unlink_file(DIR, "q"));
}

static void show_times(const char *path) {
    __wasi_filestat_t stat;
    MUST(__wasi_path_filestat_get(DIR, 0, path, &stat));
    bool recent = stat.ctim > 1700000000000000000;
    printf("%s: atim %llu, mtim %llu, ctim recent %d\n", path,
           stat.atim > 1700000000000000000 ? 1 : stat.atim, stat.mtim > 1700000000000000000 ? 1 : stat.mtim,
           recent);
}

static void times(void) {
    make_file("t", "");
    MUST(__wasi_path_symlink("t", DIR, "tl"));
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "t", 5000000007, 6, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
    show_times("t");
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "t", 7, 8, __WASI_FSTFLAGS_MTIM));
    show_times("t");
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "t", 7, 8, __WASI_FSTFLAGS_ATIM_NOW));
    show_times("t");
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "t", 7, 8, 0));
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "t", 7, 8, 3));
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "t", 7, 8, 12));
    SHOW_OURS(__wasi_path_filestat_set_times(DIR, 0, "t", 7, 8, 16));
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "missing", 7, 8, 1));
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "tl", 7, 8, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
    show_times("tl");
    SHOW(__wasi_path_filestat_set_times(DIR, FOLLOW, "tl", 70, 80, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
    show_times("t");
    MUST(open_at(DIR, 0, "t", 0, READ, 0));
    SHOW(__wasi_fd_filestat_set_times(opened, 9, 10, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
    show_times("t");
    SHOW(__wasi_fd_filestat_set_times(opened, 9, 10, 3));
    SHOW(__wasi_fd_filestat_set_times(opened, 9, 10, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM_NOW));
    show_times("t");
    MUST(__wasi_fd_close(opened));
    MUST(__wasi_path_create_directory(DIR, "td"));
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "td", 9, 10, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
    show_times("td");
}

static void vectors(void) {
    // Many buffers, of which engines may take only some: the counts are summed up.
    __wasi_ciovec_t out[200];
    for (int i = 0; i < 200; i++) {
        out[i] = (__wasi_ciovec_t){(const uint8_t *)"0123456789", i % 3};
    }
    MUST(open_at(DIR, 0, "v", CREAT | TRUNC, READ | WRITE, 0));
    size_t done = 0;
    for (int first = 0; first < 200;) {
        MUST(__wasi_fd_write(opened, out + first, 200 - first, &transferred));
        done += transferred;
        while (first < 200 && transferred >= out[first].buf_len) {
            transferred -= out[first++].buf_len;
        }
        if (first < 200) {
            out[first].buf += transferred;
            out[first].buf_len -= transferred;
        }
    }
    printf("wrote %zu\n", done);
    __wasi_filestat_t stat;
    MUST(__wasi_fd_filestat_get(opened, &stat));
    printf("size %llu\n", stat.size);
    MUST(__wasi_fd_close(opened));
}

int main(void) {
    opening();
    positions();
    appending();
    sizes();
    times();
    vectors();
}
