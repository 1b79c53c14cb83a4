// Waiting for clocks and descriptors.
//
// options: --dir scratch::/
// stdin: input
#include "p1.h"

#include <time.h>

static __wasi_subscription_t clock_in(int id, uint64_t ms, int flags) {
    __wasi_subscription_t s = {.userdata = 100 + ms, .u.tag = __WASI_EVENTTYPE_CLOCK};
    s.u.u.clock = (__wasi_subscription_clock_t){.id = id, .timeout = ms * 1000000, .flags = flags};
    return s;
}

static __wasi_subscription_t ready(int type, __wasi_fd_t fd) {
    __wasi_subscription_t s = {.userdata = 10 * type + fd, .u.tag = type};
    s.u.u.fd_read.file_descriptor = fd;
    return s;
}

static uint64_t now(int id) {
    __wasi_timestamp_t time;
    MUST(__wasi_clock_time_get(id, 1, &time));
    return time;
}

static void poll(const char *name, const __wasi_subscription_t *subscriptions, size_t count) {
    __wasi_event_t events[16];
    size_t stored = 0;
    uint64_t start = now(__WASI_CLOCKID_MONOTONIC);
    unsigned error = __wasi_poll_oneoff(subscriptions, events, count, &stored);
    uint64_t ms = (now(__WASI_CLOCKID_MONOTONIC) - start) / 1000000;
    printf("%s: %s after %s\n", name, name_of(error), ms < 150 ? "no time" : ms < 4000 ? "some time" : "too long");
    for (size_t i = 0; error == 0 && i < stored; i++) {
        printf("  event %llu type %u: %s, some %d, hangup %u\n", events[i].userdata, events[i].type,
               name_of(events[i].error), events[i].fd_readwrite.nbytes != 0, events[i].fd_readwrite.flags);
    }
}

#define POLL(...)                                                                                    \
    poll(#__VA_ARGS__, (__wasi_subscription_t[]){__VA_ARGS__},                                       \
         sizeof((__wasi_subscription_t[]){__VA_ARGS__}) / sizeof(__wasi_subscription_t))

enum { REAL = __WASI_CLOCKID_REALTIME, MONO = __WASI_CLOCKID_MONOTONIC, RD = 1, WR = 2, ABS = 1 };

int main(void) {
    poll("nothing", 0, 0);
    POLL(clock_in(MONO, 200, 0));
    POLL(clock_in(REAL, 200, 0));
    POLL(clock_in(MONO, 0, 0));
    POLL(clock_in(MONO, 1, ABS));
    POLL(clock_in(REAL, 1, ABS));
    __wasi_subscription_t later = clock_in(MONO, now(MONO) / 1000000 + 201, ABS);
    later.userdata = 301;
    POLL(later);
    POLL(clock_in(MONO, 9000, 0), clock_in(MONO, 200, 0), clock_in(REAL, 8000, 0));
    POLL(ready(WR, 1));
    POLL(ready(WR, 1), clock_in(MONO, 9000, 0));
    POLL(ready(RD, 0), clock_in(MONO, 9000, 0));
    make_file("file", "x");
    MUST(open_at(DIR, 0, "file", 0, READ | WRITE, 0));
    POLL(ready(RD, opened), ready(WR, opened), clock_in(MONO, 9000, 0));
    MUST(read_from(opened, 10));
    POLL(ready(RD, opened));
    POLL(ready(RD, 99), clock_in(MONO, 9000, 0));
    POLL(ready(RD, DIR), clock_in(MONO, 9000, 0));
    POLL(ready(WR, 0), clock_in(MONO, 9000, 0));
    POLL(clock_in(9, 200, 0));
    POLL(ready(7, 0));
    POLL(clock_in(MONO, 200, 2));
    MUST(read_from(0, 100));
    POLL(ready(RD, 0), clock_in(MONO, 9000, 0));
    // Through the C library.
    struct timespec pause = {0, 200000000};
    uint64_t start = now(MONO);
    printf("nanosleep %d", nanosleep(&pause, 0));
    printf(" %d\n", now(MONO) - start >= 200000000);
}
