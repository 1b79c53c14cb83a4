// Listing directories, with buffers of any size, from any cookie, and while entries are removed.
//
// options: --dir scratch::/
#include "p1.h"

typedef struct {
    char name[64];
    unsigned type;
    __wasi_dircookie_t next;
    __wasi_inode_t inode;
} Entry;

static Entry entries[2000];
static int entries_len;

static int by_name(const void *a, const void *b) {
    return strcmp(((const Entry *)a)->name, ((const Entry *)b)->name);
}

// Lists a directory from `cookie` on with a buffer of `len` bytes at a time.
static void list(__wasi_fd_t fd, size_t len, __wasi_dircookie_t cookie) {
    entries_len = 0;
    size_t used;
    do {
        MUST(__wasi_fd_readdir(fd, (uint8_t *)buffer, len, cookie, &used));
        size_t at = 0;
        int before = entries_len;
        __wasi_dirent_t header;
        while (at + sizeof header <= used) {
            memcpy(&header, buffer + at, sizeof header);
            if (at + sizeof header + header.d_namlen > used) {
                break;
            }
            Entry *entry = &entries[entries_len++];
            snprintf(entry->name, sizeof entry->name, "%.*s", (int)header.d_namlen, buffer + at + sizeof header);
            entry->type = header.d_type;
            entry->next = cookie = header.d_next;
            entry->inode = header.d_ino;
            at += sizeof header + header.d_namlen;
        }
        if (used == len && entries_len == before) {
            printf("no entry fits %zu bytes\n", len);
            return;
        }
    } while (used == len);
}

static void show(void) {
    qsort(entries, entries_len, sizeof *entries, by_name);
    for (int i = 0; i < entries_len; i++) {
        printf("%s %u\n", entries[i].name, entries[i].type);
    }
}

static void make_many(int count) {
    for (int i = 0; i < count; i++) {
        char path[64];
        snprintf(path, sizeof path, "many/file-%d", i);
        make_file(path, "");
    }
}

static void small(void) {
    list(DIR, 4096, 0);
    printf("empty: %d\n", entries_len);
    printf("first is %s, next %llu\n", entries[0].name, entries[0].next);
    printf("second is %s, next %llu\n", entries[1].name, entries[1].next);
    __wasi_filestat_t stat;
    MUST(__wasi_fd_filestat_get(DIR, &stat));
    printf("inodes %d %d\n", entries[0].inode == stat.ino, entries[1].inode == stat.ino);
    make_file("file", "");
    MUST(__wasi_path_create_directory(DIR, "many"));
    MUST(__wasi_path_symlink("file", DIR, "link"));
    list(DIR, 4096, 0);
    show();
    MUST(__wasi_path_filestat_get(DIR, 0, "file", &stat));
    for (int i = 0; i < entries_len; i++) {
        if (strcmp(entries[i].name, "file") == 0) {
            printf("inode of file %d\n", entries[i].inode == stat.ino);
        }
    }
    list(DIR, 10, 0);
    list(DIR, 24, 0);
    list(DIR, 28, 0);
    show();
    size_t used;
    MUST(__wasi_fd_readdir(DIR, (uint8_t *)buffer, 0, 0, &used));
    printf("nothing fits nothing: %zu\n", used);
    MUST(__wasi_fd_readdir(DIR, (uint8_t *)buffer, 30, 0, &used));
    printf("a cut entry fills the buffer: %zu\n", used);
}

static void large(void) {
    make_many(1000);
    MUST(open_at(DIR, 0, "many", DIRECTORY, READ, 0));
    __wasi_fd_t fd = opened;
    size_t const sizes[] = {40, 100, 4096, 65536};
    for (int i = 0; i < 4; i++) {
        list(fd, sizes[i], 0);
        int count = entries_len;
        qsort(entries, entries_len, sizeof *entries, by_name);
        int distinct = 0;
        for (int j = 0; j < count; j++) {
            distinct += j == 0 || strcmp(entries[j].name, entries[j - 1].name) != 0;
        }
        printf("%zu bytes at a time: %d entries, %d distinct\n", sizes[i], count, distinct);
    }
    list(fd, 4096, 0);
    __wasi_dircookie_t middle = entries[500].next;
    char name[64];
    strcpy(name, entries[501].name);
    list(fd, 4096, middle);
    printf("from the middle: %d, same entry %d\n", entries_len, strcmp(name, entries[0].name) == 0);
    __wasi_dircookie_t end = entries[entries_len - 1].next;
    list(fd, 4096, end);
    printf("from the end: %d\n", entries_len);
    MUST(__wasi_fd_close(fd));
}

// Removes entries as they are listed, as `rm -r` does: each must be seen.
static void removing(void) {
    MUST(open_at(DIR, 0, "many", DIRECTORY, READ, 0));
    __wasi_fd_t fd = opened;
    __wasi_dircookie_t cookie = 0;
    size_t used;
    do {
        MUST(__wasi_fd_readdir(fd, (uint8_t *)buffer, 512, cookie, &used));
        __wasi_dirent_t header;
        size_t at = 0;
        while (at + sizeof header <= used) {
            memcpy(&header, buffer + at, sizeof header);
            if (at + sizeof header + header.d_namlen > used) {
                break;
            }
            char path[64];
            snprintf(path, sizeof path, "%.*s", (int)header.d_namlen, buffer + at + sizeof header);
            if (path[0] != '.') {
                MUST(__wasi_path_unlink_file(fd, path));
            }
            cookie = header.d_next;
            at += sizeof header + header.d_namlen;
        }
    } while (used == 512);
    MUST(__wasi_fd_close(fd));
    SHOW(__wasi_path_remove_directory(DIR, "many"));
}

int main(void) {
    small();
    large();
    removing();
    size_t used;
    SHOW(__wasi_fd_readdir(99, (uint8_t *)buffer, 100, 0, &used));
    SHOW(__wasi_fd_readdir(0, (uint8_t *)buffer, 100, 0, &used) != 0);
}
