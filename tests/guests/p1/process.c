// Arguments, environment, clocks, random bytes, and the end of the process.
//
// options: --env A=1 --env B=two --env A=3
// args: one '' 'ä ö'
// status: 42
#include "p1.h"

static void clocks(void) {
    SHOW_OURS(__wasi_clock_time_get(4, 0, &(__wasi_timestamp_t){0}));
    SHOW_OURS(__wasi_clock_res_get(4, &(__wasi_timestamp_t){0}));
    for (int id = 0; id < 4; id++) {
        __wasi_timestamp_t first = 0, second = 0, resolution = 0;
        unsigned error = __wasi_clock_time_get(id, 0, &first);
        unsigned error2 = __wasi_clock_time_get(id, 1000000, &second);
        unsigned error3 = __wasi_clock_res_get(id, &resolution);
        printf("clock %d: %s %s %s, forward %d, resolution %d\n", id, name_of(error), name_of(error2),
               name_of(error3), second >= first, resolution > 0 || error3);
        if (id == __WASI_CLOCKID_REALTIME) {
            printf("after 2023: %d\n", first > 1700000000000000000);
        }
    }
}

static void random_bytes(void) {
    SHOW(__wasi_random_get((uint8_t *)buffer, 0));
    SHOW(__wasi_random_get((uint8_t *)buffer, sizeof buffer));
    unsigned counts[256] = {0};
    for (size_t i = 0; i < sizeof buffer; i++) {
        counts[(uint8_t)buffer[i]]++;
    }
    unsigned odd = 0;
    for (int i = 0; i < 256; i++) {
        odd += counts[i] < 128 || counts[i] > 512; // 256 expected, give or take 16.
    }
    printf("unlikely counts: %u\n", odd);
}

int main(int argc, char **argv) {
    printf("%d arguments\n", argc);
    for (int i = 1; i < argc; i++) {
        printf("\"%s\"\n", argv[i]);
    }
    size_t count, bytes;
    MUST(__wasi_args_sizes_get(&count, &bytes));
    printf("%zu arguments\n", count);
    MUST(__wasi_environ_sizes_get(&count, &bytes));
    printf("%zu variables, %zu bytes\n", count, bytes);
    printf("A is %s, B is %s, HOME is %s\n", getenv("A"), getenv("B"), getenv("HOME") ? "set" : "not set");
    clocks();
    random_bytes();
    SHOW(__wasi_sched_yield());
    fflush(stdout);
    __wasi_proc_exit(42);
}
