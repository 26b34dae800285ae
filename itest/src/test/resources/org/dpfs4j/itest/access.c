/*
 * Who may do what, seen by programs in a guest: extended attributes, access control lists, set-id bits, mapped mounts.
 * Works in the current directory; prints a line for each check that fails, and ends with 0 when none did.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACCESS "system.posix_acl_access"
#define DEFAULT "system.posix_acl_default"
#define USER 1000
#define NAMED 1001
#define STRANGER 1002
#define MAPPED 2000

enum { OPEN_TREE = 428, MOVE_MOUNT = 429, MOUNT_SETATTR = 442 };
enum { CLONE_TREE = 1, FROM_EMPTY_PATH = 4, EMPTY_PATH = 0x1000, IDMAP = 0x00100000 };

static int failed;
static char bytes[65536];

static void check(const char *what, int holds) {
    if (!holds) {
        printf("%s: %s\n", what, strerror(errno));
        failed = 1;
    }
}

/* A list with one named user: version, then tag, permissions, id. */
static int list(int owner, int group, int named, int mask, int others) {
    struct { uint16_t tag, permissions; uint32_t id; } entries[] = {
        {1, owner, -1}, {2, named, NAMED}, {4, group, -1}, {16, mask, -1}, {32, others, -1}};
    uint32_t version = 2;
    memcpy(bytes, &version, sizeof version);
    memcpy(bytes + sizeof version, entries, sizeof entries);
    return sizeof version + sizeof entries;
}

static int as(int id, int (*does)(void)) {
    int status, child = fork();
    if (child == 0) {
        _exit(setgid(id) || setuid(id) ? 255 : does());
    }
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static int made(const char *name, int permissions) {
    return mknod(name, S_IFREG | permissions, 0) == 0 && chmod(name, permissions) == 0;
}

static int folder(const char *name) {
    return mkdir(name, 0777) == 0 && chmod(name, 0777) == 0;
}

static int mode(const char *name) {
    struct stat found;
    return stat(name, &found) == 0 ? (int) found.st_mode & 07777 : -1;
}

static int belongs(const char *name, unsigned id) {
    struct stat found;
    return stat(name, &found) == 0 && found.st_uid == id && found.st_gid == id;
}

static void attributes(void) {
    check("a file", made("a", 0644));
    check("set", setxattr("a", "user.x", "hello", 5, 0) == 0);
    check("get", getxattr("a", "user.x", bytes, 100) == 5 && memcmp(bytes, "hello", 5) == 0);
    check("size", getxattr("a", "user.x", 0, 0) == 5);
    check("too little room", getxattr("a", "user.x", bytes, 3) == -1 && errno == ERANGE);
    check("list", listxattr("a", bytes, 1000) == 7 && strcmp(bytes, "user.x") == 0);
    check("new only", setxattr("a", "user.x", "z", 1, XATTR_CREATE) == -1 && errno == EEXIST);
    check("remove", removexattr("a", "user.x") == 0);
    check("gone", getxattr("a", "user.x", bytes, 10) == -1 && errno == ENODATA);
    check("a link's own", symlink("a", "l") == 0 && lsetxattr("l", "trusted.l", "1", 1, 0) == 0);
    check("a link's own is not its target's", getxattr("a", "trusted.l", 0, 0) == -1);
}

static int reads(void) { return open("acl", O_RDONLY) < 0 ? errno : 0; }

static int makes(void) {
    umask(027);
    return open("default/file", O_CREAT | O_RDWR, 0666) < 0 || mkdir("default/sub", 0777) ||
        open("plain/file", O_CREAT | O_RDWR, 0666) < 0;
}

static int setsList(void) { return setxattr("group", ACCESS, bytes, list(6, 6, 6, 6, 4), 0) ? errno : 0; }

static void lists(void) {
    check("a file with a list", made("acl", 0600) && as(NAMED, reads) == EACCES);
    check("a list", setxattr("acl", ACCESS, bytes, list(6, 0, 4, 4, 0), 0) == 0);
    check("the mask is the group's permissions", mode("acl") == 0640);
    check("the named user reads", as(NAMED, reads) == 0);
    check("others do not", as(STRANGER, reads) == EACCES);

    check("folders", folder("default") && folder("plain"));
    check("a default list", setxattr("default", DEFAULT, bytes, list(7, 5, 7, 7, 0), 0) == 0);
    check("files in both", as(USER, makes) == 0);
    check("the list instead of the umask", mode("default/file") == 0660 && mode("default/sub") == 0770);
    check("the list goes on", getxattr("default/sub", DEFAULT, 0, 0) == 44);
    check("the umask without a list", mode("plain/file") == 0640);
    check("the maker's", belongs("plain/file", USER) && belongs("default/file", USER));

    check("a file of another group", made("group", 0664) && chown("group", USER, 0) == 0);
    check("its set-gid bit", chmod("group", 02664) == 0 && mode("group") == 02664);
    check("goes with a list by no member", as(USER, setsList) == 0 && mode("group") == 0664);
}

static int writes(void) { return write(open("program", O_WRONLY), "x", 1) != 1; }
static int cuts(void) { return truncate("program", 1) != 0; }
static int opens(void) { return open("program", O_WRONLY | O_TRUNC) < 0; }

static void privileges(void) {
    int (*ways[])(void) = {writes, cuts, opens};
    char capability[20] = {1, 0, 0, 2, 0, 32};
    for (int i = 0; i < 3; i++) {
        unlink("program");
        check("a program", made("program", 06777) && mode("program") == 06777);
        check("its capabilities", setxattr("program", "security.capability", capability, 20, 0) == 0);
        check("is changed", as(USER, ways[i]) == 0);
        check("its bits are gone", mode("program") == 0777);
        check("its capabilities are gone", getxattr("program", "security.capability", 0, 0) == -1 && errno == ENODATA);
    }
    check("root's writing", chmod("program", 06777) == 0 && writes() == 0);
    check("leaves them", mode("program") == 06777);
    check("a new owner does not", chown("program", USER, USER) == 0 && mode("program") == 0777);
}

static int writesMapped(void) {
    int file = open("mapped/new", O_CREAT | O_RDWR, 0644);
    return file < 0 ? errno : write(file, "abc", 3) != 3;
}

/* The user namespace whose 1000 is our 2000, as a descriptor; its process is left behind. */
static int space(int *process) {
    char path[64], map[] = "0 0 1\n1000 2000 1";
    int ready[2], ok = pipe(ready) == 0;
    if ((*process = fork()) == 0) {
        ok = unshare(CLONE_NEWUSER) == 0 && write(ready[1], "x", 1) == 1 && pause();
        _exit(ok);
    }
    ok = ok && read(ready[0], path, 1) == 1;
    for (const char **name = (const char *[]) {"uid", "gid", 0}; *name; name++) {
        snprintf(path, sizeof path, "/proc/%d/%s_map", *process, *name);
        ok = ok && write(open(path, O_WRONLY), map, strlen(map)) == (int) strlen(map);
    }
    snprintf(path, sizeof path, "/proc/%d/ns/user", *process);
    return ok ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static void mappedMount(void) {
    int process, names = space(&process), tree = syscall(OPEN_TREE, AT_FDCWD, folder("mapped") ? "mapped" : "", CLONE_TREE);
    struct { uint64_t set, clear, propagation, names; } change = {IDMAP, 0, 0, names};
    check("a tree to map", names >= 0 && tree >= 0);
    if (syscall(MOUNT_SETATTR, tree, "", EMPTY_PATH, &change, sizeof change) == 0) {
        check("a mapped mount", syscall(MOVE_MOUNT, tree, "", AT_FDCWD, "mapped", FROM_EMPTY_PATH) == 0);
        check("a file", as(MAPPED, writesMapped) == 0 && belongs("mapped/new", MAPPED));
        check("again", as(MAPPED, writesMapped) == 0);
        check("its owner", chown("mapped/new", MAPPED, MAPPED) == 0 && chmod("mapped/new", 0600) == 0);
        check("no more mount", syscall(SYS_umount2, "mapped", 2) == 0);
        check("the owner behind it", belongs("mapped/new", USER));
    } else {
        check("a mapped mount is possible, or this kernel's driver knows none", errno == EINVAL);
    }
    kill(process, SIGKILL);
}

int main(void) {
    umask(0);
    attributes();
    lists();
    privileges();
    mappedMount();
    return failed;
}
