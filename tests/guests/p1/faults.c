// Pointers outside the memory are errors, and nothing is written beyond the end. Other engines trap.
//
// options: --dir scratch::/
#include "p1.h"

// The raw imports, since the C library's functions take references.
#define RAW(result, name, ...)                                                                       \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) result raw_##name(__VA_ARGS__)
RAW(int, args_get, unsigned, unsigned);
RAW(int, args_sizes_get, unsigned, unsigned);
RAW(int, environ_sizes_get, unsigned, unsigned);
RAW(int, clock_time_get, unsigned, uint64_t, unsigned);
RAW(int, fd_write, unsigned, unsigned, unsigned, unsigned);
RAW(int, fd_read, unsigned, unsigned, unsigned, unsigned);
RAW(int, fd_fdstat_get, unsigned, unsigned);
RAW(int, fd_filestat_get, unsigned, unsigned);
RAW(int, fd_prestat_get, unsigned, unsigned);
RAW(int, fd_prestat_dir_name, unsigned, unsigned, unsigned);
RAW(int, fd_readdir, unsigned, unsigned, unsigned, uint64_t, unsigned);
RAW(int, random_get, unsigned, unsigned);
RAW(int, poll_oneoff, unsigned, unsigned, unsigned, unsigned);
RAW(int, path_open, unsigned, unsigned, unsigned, unsigned, unsigned, uint64_t, uint64_t, unsigned, unsigned);

int main(void) {
    unsigned const end = __builtin_wasm_memory_size(0) * 65536;
    unsigned const outside[] = {end, end - 1, end + 65536, 0xfffffffe, 0x80000000};
    unsigned iov[2] = {(unsigned)"x", 1};
    unsigned count;
    for (int i = 0; i < 5; i++) {
        unsigned bad = outside[i];
        printf("%d:", i);
        printf(" %s", name_of(raw_args_get(bad, (unsigned)buffer)));
        printf(" %s", name_of(raw_args_get((unsigned)buffer, bad)));
        printf(" %s", name_of(raw_args_sizes_get(bad, (unsigned)buffer)));
        printf(" %s", name_of(raw_environ_sizes_get((unsigned)buffer, bad)));
        printf(" %s", name_of(raw_clock_time_get(0, 0, bad)));
        printf(" %s", name_of(raw_fd_write(2, bad, 1, (unsigned)&count)));
        iov[0] = bad, iov[1] = 100;
        printf(" %s", name_of(raw_fd_write(2, (unsigned)iov, 1, (unsigned)&count)));
        printf(" %s", name_of(raw_fd_read(0, (unsigned)iov, 1, (unsigned)&count)));
        iov[0] = (unsigned)buffer, iov[1] = -1;
        printf(" %s", name_of(raw_fd_write(2, (unsigned)iov, 1, (unsigned)&count)));
        iov[0] = bad, iov[1] = 0;
        printf(" %s", name_of(raw_fd_write(2, (unsigned)iov, 1, (unsigned)&count)));
        printf(" %s", name_of(raw_fd_write(2, (unsigned)iov, -1, (unsigned)&count)));
        printf(" %s", name_of(raw_fd_write(2, (unsigned)iov, 0, bad)));
        printf(" %s", name_of(raw_fd_fdstat_get(1, bad)));
        printf(" %s", name_of(raw_fd_filestat_get(1, bad)));
        printf(" %s", name_of(raw_fd_prestat_get(3, bad)));
        printf(" %s", name_of(raw_fd_prestat_dir_name(3, bad, 100)));
        printf(" %s", name_of(raw_fd_readdir(3, bad, 100, 0, (unsigned)&count)));
        printf(" %s", name_of(raw_fd_readdir(3, (unsigned)buffer, 100, 0, bad)));
        printf(" %s", name_of(raw_random_get(bad, 100)));
        printf(" %s", name_of(raw_random_get(100, bad)));
        printf(" %s", name_of(raw_poll_oneoff(bad, (unsigned)buffer, 1, (unsigned)&count)));
        printf(" %s", name_of(raw_poll_oneoff((unsigned)buffer, bad, 1, (unsigned)&count)));
        printf(" %s", name_of(raw_poll_oneoff((unsigned)buffer, (unsigned)buffer, -1, (unsigned)&count)));
        printf(" %s", name_of(raw_path_open(3, 0, bad, 100, 0, 0, 0, 0, (unsigned)&count)));
        printf(" %s", name_of(raw_path_open(3, 0, (unsigned)".", 1, 0, 0, 0, 0, bad)));
        printf("\n");
    }
    // The failed opens have left nothing open.
    MUST(open_at(DIR, 0, ".", 0, READ, 0));
    printf("the next descriptor is %u\n", opened);
    // Overlapping buffers are fine, and so are addresses of any alignment.
    make_file("file", "0123456789");
    MUST(open_at(DIR, 0, "file", 0, READ, 0));
    __wasi_iovec_t overlapping[2] = {{(uint8_t *)buffer, 6}, {(uint8_t *)buffer + 2, 4}};
    MUST(__wasi_fd_read(opened, overlapping, 2, &transferred));
    printf("%zu bytes \"%.6s\"\n", transferred, buffer);
    printf("%s\n", name_of(raw_fd_filestat_get(opened, (unsigned)buffer + 1)));
}
