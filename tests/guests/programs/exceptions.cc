// Exceptions in C++ as clang compiles them, with what of a C++ runtime this program needs: the libraries
// that distributions have for wasm are built without exceptions.
//
//   clang++ --target=wasm32-wasip1 -O2 -fwasm-exceptions -mllvm -wasm-use-legacy-eh=false -fno-rtti -s
//     -nostdlib++ exceptions.cc -o exceptions.wasm      (and =true for exceptions-legacy.wasm)
//
// Only `catch (...)` is used: which type it is, is told by a variable of ours.
#include <stdio.h>
#include <stdlib.h>

struct Exception {
    int kind;
    int value;
    int references;
};

// The tag of all exceptions of C++.
asm(".tagtype __cpp_exception i32\n.globl __cpp_exception\n__cpp_exception:");

static Exception* current;
static int allocated;

extern "C" {
void* __cxa_allocate_exception(size_t) throw() {
    ++allocated;
    return calloc(1, sizeof(Exception));
}
void __cxa_free_exception(void* exception) throw() {
    --allocated;
    free(exception);
}
void __cxa_throw(void* exception, void*, void (*)(void*)) { __builtin_wasm_throw(0, exception); }
void* __cxa_begin_catch(void* exception) throw() {
    current = static_cast<Exception*>(exception);
    return exception; // It now has the reference that was in flight.
}
void __cxa_end_catch() {
    if (--current->references == 0) __cxa_free_exception(current);
}
void __cxa_rethrow() {
    ++current->references;
    __builtin_wasm_throw(0, current);
}
int __gxx_personality_wasm0(...) { abort(); }
int __cxa_atexit(void (*)(void*), void*, void*) throw() { return 0; }
}
namespace std {
[[noreturn]] void terminate() noexcept { abort(); }
}

struct Guard {
    const char* name;
    explicit Guard(const char* name) : name(name) { printf("+%s ", name); }
    ~Guard() { printf("-%s ", name); }
};

__attribute__((noinline)) static void fail(int kind) {
    Guard guard("fail");
    if (kind >= 0) throw Exception{kind, kind * 100, 1};
    printf("nothing ");
}

__attribute__((noinline)) static void middle(int kind) {
    Guard guard("middle");
    try {
        Guard inner("inner");
        fail(kind);
    } catch (...) {
        printf("caught %d ", current->value);
        if (kind == 1) throw;
        if (kind == 2) {
            Exception* outer = current;
            try {
                fail(7);
            } catch (...) {
                printf("nested %d ", current->value);
            }
            current = outer;
            throw;
        }
    }
}

struct Virtual {
    virtual int work(int n) { return n; }
};
struct Throwing : Virtual {
    int work(int n) override {
        if (n % 3 == 0) throw Exception{3, n, 1};
        return -n;
    }
};

__attribute__((noinline)) static int depth(int n, int* cleaned) {
    struct Count {
        int* n;
        ~Count() { ++*n; }
    } count{cleaned};
    if (n == 0) throw Exception{4, 0, 1};
    return depth(n - 1, cleaned) + 1;
}

int main(int argc, char**) {
    for (int kind = -1; kind < 4; ++kind) {
        try {
            Guard guard("outer");
            middle(kind);
        } catch (...) {
            printf("main %d ", current->value);
        }
        printf("\n");
    }
    Virtual plain;
    Throwing throwing;
    Virtual* objects[] = {&plain, &throwing};
    long sum = 0;
    for (int i = 0; i < 200000; ++i) {
        struct Add {
            long* sum;
            ~Add() { ++*sum; }
        } add{&sum};
        try {
            Add inner{&sum};
            sum += objects[i & 1]->work(i);
        } catch (...) {
            sum += current->value;
        }
    }
    int cleaned = 0;
    try {
        depth(2000, &cleaned);
    } catch (...) {
        printf("cleaned %d, ", cleaned);
    }
    printf("sum %ld, left %d\n", sum, allocated);
    fflush(stdout);
    if (argc > 1) fail(5);
    return 0;
}
