// Nothing changes below a directory that was granted for reading only.
//
// setup: printf hello > scratch/file; mkdir -p scratch/dir/inner; ln -s file scratch/link
// options: --dir-ro scratch::/ --dir other::/other
#include "p1.h"

#define OTHER ((__wasi_fd_t)4)

static void reading(void) {
    show_file("file");
    __wasi_filestat_t stat;
    SHOW(__wasi_path_filestat_get(DIR, 0, "file", &stat));
    SHOW(__wasi_fd_filestat_get(DIR, &stat));
    size_t used;
    SHOW(__wasi_fd_readdir(DIR, (uint8_t *)buffer, sizeof buffer, 0, &used));
    SHOW(__wasi_path_readlink(DIR, "link", (uint8_t *)buffer, 100, &used));
    __wasi_fdstat_t fdstat;
    SHOW(__wasi_fd_fdstat_get(DIR, &fdstat));
}

static void changing(__wasi_fd_t dir) {
    SHOW(open_at(dir, 0, "file", 0, WRITE, 0));
    SHOW(open_at(dir, 0, "file", 0, READ | WRITE, 0));
    SHOW(open_at(dir, 0, "file", TRUNC, READ, 0));
    SHOW(open_at(dir, 0, "file", CREAT, READ, 0));
    SHOW(open_at(dir, 0, "new", CREAT, READ, 0));
    SHOW(open_at(dir, 0, "new", CREAT | EXCL, WRITE, 0));
    SHOW(open_at(dir, FOLLOW, "link", TRUNC, READ, 0));
    SHOW(__wasi_path_create_directory(dir, "new"));
    SHOW(__wasi_path_remove_directory(dir, "dir/inner"));
    SHOW(__wasi_path_unlink_file(dir, "file"));
    SHOW(__wasi_path_symlink("file", dir, "new"));
    SHOW(__wasi_path_rename(dir, "file", dir, "new"));
    SHOW(__wasi_path_rename(dir, "file", OTHER, "new"));
    SHOW(__wasi_path_rename(OTHER, "mine", dir, "new"));
    SHOW(__wasi_path_link(dir, 0, "file", dir, "new"));
    SHOW(__wasi_path_link(dir, 0, "file", OTHER, "new"));
    SHOW(__wasi_path_link(OTHER, 0, "mine", dir, "new"));
    SHOW(__wasi_path_filestat_set_times(dir, 0, "file", 1, 1, 1));
    SHOW(__wasi_path_filestat_set_times(dir, FOLLOW, "link", 1, 1, 1));
    SHOW(__wasi_fd_filestat_set_times(dir, 1, 1, 1));
}

static void changing_open_file(void) {
    MUST(open_at(DIR, 0, "file", 0, READ, __WASI_FDFLAGS_APPEND));
    __wasi_fd_t fd = opened;
    SHOW(write_to(fd, "x"));
    __wasi_ciovec_t iov = {(const uint8_t *)"x", 1};
    SHOW(__wasi_fd_pwrite(fd, &iov, 1, 0, &transferred));
    SHOW(__wasi_fd_filestat_set_size(fd, 0));
    SHOW(__wasi_fd_filestat_set_times(fd, 1, 1, 1));
    SHOW(__wasi_fd_allocate(fd, 0, 100) != 0);
    SHOW(__wasi_fd_sync(fd));
    MUST(__wasi_fd_close(fd));
}

int main(void) {
    reading();
    MUST(open_at(OTHER, 0, "mine", CREAT, WRITE, 0));
    MUST(__wasi_fd_close(opened));
    changing(DIR);
    MUST(open_at(DIR, 0, ".", DIRECTORY, READ, 0));
    changing(opened);
    MUST(open_at(DIR, 0, "dir", DIRECTORY, READ, 0));
    SHOW(__wasi_path_create_directory(opened, "new"));
    changing_open_file();
    show_file("file");
}
