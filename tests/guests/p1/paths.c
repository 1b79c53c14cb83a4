// Paths cannot leave a directory, whatever they are made of.
//
// setup: ln -s /etc scratch/absolute; ln -s .. scratch/up; ln -s ../scratch/inner scratch/detour
// options: --dir scratch::/
#include "p1.h"

static void lookups(void) {
    MUST(__wasi_path_create_directory(DIR, "inner"));
    make_file("inner/file", "x");
    const char *paths[] = {
        "", ".", "..", "/", "./", "../", "//", "inner", "inner/", "inner//", "inner/.", "inner/./",
        "inner/..", "inner/../", "inner/../..", "inner/../../scratch", "inner/../../scratch/inner/file",
        "../scratch", "/inner/file", "/etc/passwd", "inner/file", "inner/file/", "inner/file//",
        "inner/file/.", "inner/file/..", "inner/.//../inner/../inner///./file", "missing", "missing/",
        "missing/..", "missing/../inner", "absolute", "absolute/", "absolute/passwd", "up", "up/",
        "up/scratch", "up/..", "detour", "detour/", "detour/file", "inner/./file", "inner\\file",
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        __wasi_filestat_t stat;
        unsigned keep = __wasi_path_filestat_get(DIR, 0, paths[i], &stat);
        unsigned keep_type = keep ? 0 : stat.filetype;
        unsigned follow = __wasi_path_filestat_get(DIR, FOLLOW, paths[i], &stat);
        unsigned follow_type = follow ? 0 : stat.filetype;
        unsigned open = open_at(DIR, FOLLOW, paths[i], 0, READ, 0);
        if (open == 0) {
            MUST(__wasi_fd_close(opened));
        }
        unsigned open_keep = open_at(DIR, 0, paths[i], 0, READ, 0);
        if (open_keep == 0) {
            MUST(__wasi_fd_close(opened));
        }
        printf("%-40s stat %s %u, following %s %u, open %s, following %s\n", paths[i], name_of(keep), keep_type,
               name_of(follow), follow_type, name_of(open_keep), name_of(open));
    }
}

static void changes(void) {
    SHOW(__wasi_path_create_directory(DIR, "../escaped"));
    SHOW(__wasi_path_create_directory(DIR, "up/escaped"));
    SHOW(__wasi_path_create_directory(DIR, "/escaped"));
    SHOW(__wasi_path_create_directory(DIR, ""));
    SHOW(__wasi_path_create_directory(DIR, "."));
    SHOW(__wasi_path_create_directory(DIR, "inner"));
    SHOW(__wasi_path_create_directory(DIR, "inner/file"));
    SHOW(__wasi_path_create_directory(DIR, "inner/file/below"));
    SHOW(__wasi_path_create_directory(DIR, "missing/below"));
    SHOW(__wasi_path_create_directory(DIR, "slash/"));
    SHOW(__wasi_path_remove_directory(DIR, "slash/"));
    SHOW(__wasi_path_remove_directory(DIR, "slash"));
    SHOW(__wasi_path_remove_directory(DIR, "inner"));
    SHOW(__wasi_path_remove_directory(DIR, "inner/file"));
    SHOW(__wasi_path_remove_directory(DIR, "up"));
    SHOW(__wasi_path_remove_directory(DIR, "."));
    SHOW(__wasi_path_remove_directory(DIR, ".."));
    SHOW(__wasi_path_unlink_file(DIR, "inner"));
    SHOW(__wasi_path_unlink_file(DIR, "inner/"));
    SHOW(__wasi_path_unlink_file(DIR, "inner/file/"));
    SHOW(__wasi_path_unlink_file(DIR, "../scratch/inner/file"));
    SHOW(__wasi_path_unlink_file(DIR, "up/"));
    SHOW(__wasi_path_unlink_file(DIR, "absolute/passwd"));
    SHOW(open_at(DIR, FOLLOW, "up/created", CREAT, WRITE, 0));
    SHOW(open_at(DIR, FOLLOW, "../created", CREAT, WRITE, 0));
    SHOW(open_at(DIR, FOLLOW, "absolute", CREAT, WRITE, 0));
    SHOW(__wasi_path_filestat_set_times(DIR, FOLLOW, "up", 0, 0, __WASI_FSTFLAGS_ATIM));
    SHOW(__wasi_path_filestat_set_times(DIR, FOLLOW, "absolute/passwd", 0, 0, __WASI_FSTFLAGS_ATIM));
    SHOW(__wasi_path_filestat_set_times(DIR, 0, "up", 0, 0, __WASI_FSTFLAGS_ATIM));
}

static void moves(void) {
    SHOW(__wasi_path_rename(DIR, "inner/file", DIR, "../file"));
    SHOW(__wasi_path_rename(DIR, "inner/file", DIR, "up/file"));
    SHOW(__wasi_path_rename(DIR, "absolute/passwd", DIR, "passwd"));
    SHOW(__wasi_path_rename(DIR, "inner/file", DIR, "/file"));
    SHOW(__wasi_path_rename(DIR, "inner/file/", DIR, "moved"));
    SHOW(__wasi_path_rename(DIR, "inner/file", DIR, "moved/"));
    SHOW(__wasi_path_rename(DIR, "inner/file", DIR, "moved"));
    SHOW(__wasi_path_rename(DIR, "moved", DIR, "inner/file"));
    SHOW(__wasi_path_rename(DIR, "inner", DIR, "inner/below"));
    SHOW(__wasi_path_rename(DIR, "inner", DIR, "inner"));
    SHOW(__wasi_path_rename(DIR, "inner/", DIR, "renamed/"));
    SHOW(__wasi_path_rename(DIR, "renamed", DIR, "inner"));
    SHOW(__wasi_path_rename(DIR, "inner", DIR, "inner/file"));
    SHOW(__wasi_path_rename(DIR, "inner/file", DIR, "inner"));
    SHOW(__wasi_path_rename(DIR, ".", DIR, "dot"));
    SHOW(__wasi_path_link(DIR, 0, "inner/file", DIR, "../linked"));
    SHOW(__wasi_path_link(DIR, 0, "inner/file", DIR, "up/linked"));
    SHOW(__wasi_path_link(DIR, 0, "absolute/passwd", DIR, "linked"));
    SHOW(__wasi_path_link(DIR, 0, "inner", DIR, "linked"));
    SHOW(__wasi_path_link(DIR, 0, "inner/file", DIR, "inner/file"));
    SHOW(__wasi_path_link(DIR, 0, "inner/file", DIR, "linked/"));
    SHOW(__wasi_path_link(DIR, 0, "inner/file/", DIR, "linked"));
    SHOW(__wasi_path_link(DIR, FOLLOW, "inner/file", DIR, "linked"));
    SHOW(__wasi_path_link(DIR, 0, "up", DIR, "linked"));
    SHOW(__wasi_path_unlink_file(DIR, "linked"));
    SHOW(__wasi_path_link(DIR, 0, "inner/file", DIR, "linked"));
    SHOW(__wasi_path_unlink_file(DIR, "linked"));
}

static void show_link(const char *path, size_t len) {
    size_t used = 0;
    unsigned error = __wasi_path_readlink(DIR, path, (uint8_t *)buffer, len, &used);
    printf("readlink %s: %s \"%.*s\"\n", path, name_of(error), error ? 0 : (int)used, buffer);
}

static void links(void) {
    SHOW(__wasi_path_symlink("inner/file", DIR, "link"));
    SHOW(__wasi_path_symlink("inner/file", DIR, "link"));
    SHOW(__wasi_path_symlink("inner/file", DIR, "link/"));
    SHOW(__wasi_path_symlink("/etc", DIR, "other"));
    SHOW(__wasi_path_symlink("../../..", DIR, "other"));
    SHOW(__wasi_path_symlink("", DIR, "empty"));
    SHOW(__wasi_path_symlink("anywhere", DIR, "../other"));
    SHOW(__wasi_path_symlink("anywhere", DIR, "up/other"));
    SHOW(__wasi_path_symlink("anywhere", DIR, "slash/"));
    show_link("link", 100);
    show_link("link", 5);
    show_link("link", 0);
    show_link("link/", 100);
    show_link("other", 100);
    show_link("inner", 100);
    show_link("inner/file", 100);
    show_link("absolute", 100);
    show_link("missing", 100);
    SHOW(open_at(DIR, 0, "link", 0, READ, 0));
    SHOW(open_at(DIR, FOLLOW, "link", 0, READ, 0));
    SHOW(open_at(DIR, 0, "link", DIRECTORY, READ, 0));
    SHOW(open_at(DIR, FOLLOW, "link", DIRECTORY, READ, 0));
    SHOW(open_at(DIR, FOLLOW, "other", 0, READ, 0));
    SHOW(open_at(DIR, FOLLOW, "link", CREAT | EXCL, WRITE, 0));
    SHOW(open_at(DIR, 0, "link", CREAT, WRITE, 0));
    SHOW(__wasi_path_symlink("loop2", DIR, "loop1"));
    SHOW(__wasi_path_symlink("loop1", DIR, "loop2"));
    SHOW(open_at(DIR, FOLLOW, "loop1", 0, READ, 0));
    SHOW(open_at(DIR, FOLLOW, "loop1/x", 0, READ, 0));
    SHOW(__wasi_path_symlink("born", DIR, "dangling"));
    SHOW(open_at(DIR, FOLLOW, "dangling", 0, READ, 0));
    SHOW(open_at(DIR, FOLLOW, "dangling", CREAT | EXCL, WRITE, 0));
    SHOW(open_at(DIR, FOLLOW, "dangling", CREAT, WRITE, 0));
    __wasi_filestat_t stat;
    SHOW(__wasi_path_filestat_get(DIR, 0, "born", &stat));
    SHOW(__wasi_path_unlink_file(DIR, "link"));
    SHOW(__wasi_path_filestat_get(DIR, 0, "inner/file", &stat));
}

static void texts(void) {
    size_t const too_long = 5000;
    memset(buffer, 'x', too_long);
    buffer[too_long] = 0;
    printf("a name that is too long: %s\n", name_of(open_at(DIR, 0, buffer, 0, READ, 0)));
    for (size_t i = 1; i < too_long; i += 2) {
        buffer[i] = '/';
    }
    printf("a path that is too long: %s\n", name_of(open_at(DIR, 0, buffer, 0, READ, 0)));
    SHOW(open_at(DIR, 0, "not\xffutf8", CREAT, WRITE, 0));
    SHOW(open_at(DIR, 0, "inner/\xf0\x9f\x98\x80", CREAT, WRITE, 0));
    SHOW(__wasi_path_unlink_file(DIR, "inner/\xf0\x9f\x98\x80"));
}

int main(void) {
    lookups();
    changes();
    moves();
    links();
    texts();
}
