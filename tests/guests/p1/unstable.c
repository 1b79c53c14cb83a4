// What is different in the older snapshot, `wasi_unstable`: other layouts and another order.
//
// options: --dir scratch::/
#include "p1.h"

#define RAW(result, name, ...)                                                                       \
    __attribute__((import_module("wasi_unstable"), import_name(#name))) result old_##name(__VA_ARGS__)
RAW(int, fd_seek, unsigned, int64_t, unsigned, uint64_t *);
RAW(int, fd_filestat_get, unsigned, void *);
RAW(int, path_filestat_get, unsigned, unsigned, const char *, unsigned, void *);
RAW(int, poll_oneoff, const void *, void *, unsigned, unsigned *);
RAW(int, fd_write, unsigned, const void *, unsigned, unsigned *);
RAW(int, fd_fdstat_get, unsigned, void *);

typedef struct {
    uint64_t dev, ino;
    uint8_t type;
    uint32_t nlink;
    uint64_t size, atim, mtim, ctim;
} OldFilestat;
_Static_assert(sizeof(OldFilestat) == 56, "");

typedef struct {
    uint64_t userdata;
    uint8_t type;
    union {
        struct {
            uint64_t identifier;
            uint32_t id;
            uint64_t timeout, precision;
            uint16_t flags;
        } clock;
        uint32_t fd;
    } u;
} OldSubscription;
_Static_assert(sizeof(OldSubscription) == 56, "");

int main(void) {
    make_file("file", "0123456789");
    MUST(open_at(DIR, 0, "file", 0, READ | WRITE, 0));
    uint64_t at = 0;
    SHOW(old_fd_seek(opened, 3, 2, &at)); // From the start.
    printf("at %llu\n", at);
    SHOW(old_fd_seek(opened, 3, 0, &at)); // From here.
    printf("at %llu\n", at);
    SHOW(old_fd_seek(opened, -1, 1, &at)); // From the end.
    printf("at %llu\n", at);
    SHOW_OURS(old_fd_seek(opened, 0, 3, &at));
    struct {
        OldFilestat stat;
        uint64_t guard;
    } old;
    memset(&old, 0xaa, sizeof old);
    __wasi_filestat_t stat;
    MUST(__wasi_fd_filestat_get(opened, &stat));
    SHOW(old_fd_filestat_get(opened, &old.stat));
    printf("type %u, links %u, size %llu, same %d %d %d, untouched %d\n", old.stat.type, old.stat.nlink,
           old.stat.size, old.stat.dev == stat.dev && old.stat.ino == stat.ino, old.stat.mtim == stat.mtim,
           old.stat.ctim == stat.ctim, old.guard == 0xaaaaaaaaaaaaaaaa);
    memset(&old, 0xaa, sizeof old);
    SHOW(old_path_filestat_get(DIR, 0, "file", 4, &old.stat));
    printf("type %u, links %u, size %llu, untouched %d\n", old.stat.type, old.stat.nlink, old.stat.size,
           old.guard == 0xaaaaaaaaaaaaaaaa);
    OldSubscription subscriptions[2] = {
        {.userdata = 1, .type = 0, .u.clock = {.identifier = 77, .id = 1, .timeout = 20000000}},
        {.userdata = 2, .type = 0, .u.clock = {.identifier = 78, .id = 1, .timeout = 9000000000}},
    };
    __wasi_event_t events[2];
    unsigned stored;
    SHOW(old_poll_oneoff(subscriptions, events, 2, &stored));
    printf("%u events, %llu type %u: %s\n", stored, events[0].userdata, events[0].type, name_of(events[0].error));
    subscriptions[0] = (OldSubscription){.userdata = 3, .type = 2, .u.fd = 1};
    SHOW(old_poll_oneoff(subscriptions, events, 2, &stored));
    printf("%u events, %llu type %u: %s\n", stored, events[0].userdata, events[0].type, name_of(events[0].error));
}
