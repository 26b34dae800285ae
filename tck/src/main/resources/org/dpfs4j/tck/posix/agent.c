/*
 * The hand of the POSIX kit: does the system calls that the rules, which are written in Java, ask for, on a host
 * directory, on a mount or inside a guest. Lines in on stdin, lines out on stdout; words are separated by one space.
 *
 *   ID fork                      a new process ID, a copy of this one as it is now (0 is this one, and forks only)
 *   ID end                       ends process ID, whatever it waits for
 *   0 bye                        ends this one
 *   ID call COUNT NAME WORD...   system call NAME, COUNT times or until it fails
 *   ID peek ADDRESS LENGTH       reads mapped memory
 *   ID poke ADDRESS "BYTES       writes mapped memory
 *   ID spawn "PATH               starts a program in the background; it waits when it is this one
 *   ID clean "PATH               removes a tree
 *
 * A word of a call is a number; or "BYTES, the address of these bytes and a NUL; or <LENGTH, the address of so many zeros
 * whose new content is answered; or <LENGTH"BYTES, the same with a beginning. BYTES are printable ASCII, or \HH. In a call
 * that is done more than once, # in BYTES is the number of the turn.
 *
 * The answer is "ID RESULT HEX...": RESULT is the last call's, negative an errno; one HEX for each < without its zeros at
 * the end, "-" when nothing is left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 64
#define WORDS 6
#define OWN_FD 900 /* our own descriptors start here, so that a rule's first is always 3 */

#define CALL(name) {#name, SYS_##name}
static const struct {
    const char *name;
    long number;
} CALLS[] = {
    CALL(openat), CALL(close), CALL(read), CALL(write), CALL(pread64), CALL(pwrite64), CALL(lseek), CALL(mkdirat),
    CALL(mknodat), CALL(linkat), CALL(symlinkat), CALL(unlinkat), CALL(readlinkat), CALL(renameat2), CALL(fchmodat),
    CALL(fchmod), CALL(fchownat), CALL(fchown), CALL(utimensat), CALL(truncate), CALL(ftruncate), CALL(faccessat),
    CALL(statx), CALL(statfs), CALL(fstatfs), CALL(getdents64), CALL(fcntl), CALL(flock), CALL(fallocate),
    CALL(setxattr), CALL(lsetxattr), CALL(fsetxattr), CALL(getxattr), CALL(lgetxattr), CALL(fgetxattr), CALL(listxattr),
    CALL(llistxattr), CALL(flistxattr), CALL(removexattr), CALL(lremovexattr), CALL(fremovexattr),
    CALL(copy_file_range), CALL(sendfile), CALL(splice), CALL(pipe2), CALL(ioctl), CALL(mmap), CALL(munmap), CALL(msync),
    CALL(fsync), CALL(fdatasync), CALL(sync), CALL(syncfs), CALL(sync_file_range), CALL(dup), CALL(umask), CALL(chdir),
    CALL(fchdir), CALL(setgroups), CALL(setresuid), CALL(setresgid), CALL(capset), CALL(prctl), CALL(getpid), CALL(kill),
    CALL(socket), CALL(bind), CALL(connect), CALL(listen), CALL(fadvise64), CALL(readahead), CALL(name_to_handle_at),
    CALL(open_by_handle_at), CALL(mount), CALL(umount2), CALL(nanosleep), CALL(setrlimit),
};

static struct {
    FILE *requests;
    pid_t pid;
} processes[PROCESSES];
static int turn; /* locked by who writes a line; a process that is ended lets go of it */
static sigjmp_buf fault;

static void answer(int id, long result, const char *rest) {
    char *line;
    int length = asprintf(&line, "%d %ld%s\n", id, result, rest), done = 0;
    struct flock lock = {.l_type = F_WRLCK};
    while (fcntl(turn, F_SETLKW, &lock) < 0 && errno == EINTR) {
    }
    while (done < length) {
        ssize_t count = write(1, line + done, length - done);
        if (count < 0 && errno != EINTR) {
            _exit(1);
        }
        done += count < 0 ? 0 : count;
    }
    lock.l_type = F_UNLCK;
    fcntl(turn, F_SETLK, &lock);
    free(line);
}

static void on_fault(int number) {
    siglongjmp(fault, number);
}

static void on_signal(int number) {
    (void)number;
}

/* A signal ends what a rule's call waits for, and nothing of ours. */
static void mask(int how) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigprocmask(how, &signals, NULL);
}

static int high(int fd) {
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, OWN_FD);
    close(fd);
    return moved;
}

/* BYTES to memory, with a NUL behind; gives their number. */
static size_t decode(const char *text, char *into, long number) {
    char *at = into;
    while (*text) {
        if (*text == '\\') {
            char digits[3] = {text[1], text[1] ? text[2] : 0, 0};
            *at++ = strtol(digits, NULL, 16);
            text += digits[1] ? 3 : strlen(text);
        } else if (*text == '#' && number >= 0) {
            at += sprintf(at, "%ld", number);
            text++;
        } else {
            *at++ = *text++;
        }
    }
    *at = 0;
    return at - into;
}

static char *hex(const unsigned char *from, size_t length, char *into) {
    *into++ = ' ';
    if (length == 0) {
        *into++ = '-';
    }
    for (size_t i = 0; i < length; i++) {
        into += sprintf(into, "%02x", from[i]);
    }
    *into = 0;
    return into;
}

static void call(int id, long count, char *words) {
    char *name = strsep(&words, " "), *text[WORDS] = {0}, *buffer[WORDS] = {0};
    long word[WORDS] = {0}, length[WORDS] = {0}, number = -1, result = 0;
    size_t room = 8;
    for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++) {
        if (strcmp(CALLS[i].name, name) == 0) {
            number = CALLS[i].number;
        }
    }
    if (number < 0) {
        answer(id, -ENOSYS, " -");
        return;
    }
    for (int i = 0; i < WORDS && words; i++) {
        char *given = strsep(&words, " ");
        if (*given == '"') {
            text[i] = given + 1;
            buffer[i] = malloc(strlen(given) + 32);
        } else if (*given == '<') {
            length[i] = strtol(given + 1, &text[i], 10);
            text[i] += *text[i] == '"';
            buffer[i] = calloc(1, length[i] + strlen(text[i]) + 32);
            room += 2 * length[i] + 2;
        } else {
            word[i] = strtol(given, NULL, 10);
        }
    }
    mask(SIG_UNBLOCK);
    for (long turn_number = 0; turn_number < count && result >= 0; turn_number++) {
        for (int i = 0; i < WORDS; i++) {
            if (text[i]) {
                decode(text[i], buffer[i], count > 1 ? turn_number : -1);
                word[i] = (long)buffer[i];
            }
        }
        result = syscall(number, word[0], word[1], word[2], word[3], word[4], word[5]);
        if (result == -1) {
            result = -errno;
        }
    }
    mask(SIG_BLOCK);
    char *rest = calloc(1, room), *at = rest;
    for (int i = 0; i < WORDS; i++) {
        if (length[i] > 0) {
            while (length[i] > 0 && buffer[i][length[i] - 1] == 0) {
                length[i]--;
            }
            at = hex((unsigned char *)buffer[i], length[i], at);
        }
    }
    answer(id, result, rest);
    free(rest);
    for (int i = 0; i < WORDS; i++) {
        free(buffer[i]);
    }
}

/* Reads or writes mapped memory; a page that is not there is EFAULT. */
static void touch(int id, char *words, int writing) {
    char *address = (char *)strtoul(words, &words, 10);
    char *rest = calloc(1, 1 << 16), *bytes = calloc(1, 1 << 15);
    if (sigsetjmp(fault, 1) != 0) {
        answer(id, -EFAULT, "");
    } else if (writing) {
        size_t length = decode(words + 2, bytes, -1);
        memcpy(address, bytes, length);
        answer(id, length, "");
    } else {
        long length = strtol(words, NULL, 10);
        memcpy(bytes, address, length);
        hex((unsigned char *)bytes, length, rest);
        answer(id, length, rest);
    }
    free(rest);
    free(bytes);
}

static void spawn(int id, char *words) {
    char path[4200];
    int reason = 0, failed[2];
    decode(words + 1, path, -1);
    pipe2(failed, O_CLOEXEC);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGCHLD, SIG_DFL);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execv(path, (char *[]){path, "wait", NULL});
        reason = errno;
        write(failed[1], &reason, sizeof reason);
        _exit(1);
    }
    close(failed[1]);
    read(failed[0], &reason, sizeof reason);
    close(failed[0]);
    if (reason) {
        waitpid(pid, NULL, 0); /* until then it holds our descriptors, and a program open for writing does not run */
    }
    answer(id, reason ? -reason : pid, "");
}

static int remove_one(const char *path, const struct stat *known, int type, struct FTW *where) {
    (void)known, (void)where;
    return (type == FTW_DP ? rmdir(path) : unlink(path)) && errno != ENOENT ? -1 : 0;
}

static void clean(int id, char *words) {
    char path[4200];
    decode(words + 1, path, -1);
    answer(id, nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS) ? -errno : 0, "");
}

static void obey(int id, char *line) {
    char *verb = strsep(&line, " ");
    if (strcmp(verb, "call") == 0) {
        long count = strtol(strsep(&line, " "), NULL, 10);
        call(id, count, line);
    } else if (strcmp(verb, "peek") == 0 || strcmp(verb, "poke") == 0) {
        touch(id, line, verb[1] == 'o');
    } else if (strcmp(verb, "spawn") == 0) {
        spawn(id, line);
    } else if (strcmp(verb, "clean") == 0) {
        clean(id, line);
    } else {
        answer(id, -ENOSYS, "");
    }
}

static void start(int id) {
    int ends[2];
    pipe2(ends, O_CLOEXEC);
    int from = high(ends[0]), to = high(ends[1]);
    pid_t pid = fork();
    if (pid == 0) {
        char *line = NULL;
        size_t room = 0;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, "posix-actor");
        for (int fd = OWN_FD; fd < OWN_FD + 2 * PROCESSES + 8; fd++) {
            if (fd != from && fd != turn) {
                close(fd);
            }
        }
        FILE *requests = fdopen(from, "r");
        for (ssize_t length = getline(&line, &room, requests); length > 0; length = getline(&line, &room, requests)) {
            line[length - 1] = 0;
            obey(id, line);
        }
        _exit(0);
    }
    close(from);
    processes[id].requests = fdopen(to, "w");
    processes[id].pid = pid;
    answer(id, pid > 0 ? 0 : -errno, "");
}

static void end(int id) {
    if (processes[id].pid > 0) {
        kill(processes[id].pid, SIGKILL);
        waitpid(processes[id].pid, NULL, 0);
        fclose(processes[id].requests);
        processes[id].pid = 0;
    }
    answer(id, 0, "");
}

int main(int count, char **words) {
    char *line = NULL;
    size_t room = 0;
    if (count > 1 && strcmp(words[1], "wait") == 0) {
        return pause();
    }
    turn = high(memfd_create("turn", 0));
    umask(0);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGBUS, on_fault);
    signal(SIGSEGV, on_fault);
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
    mask(SIG_BLOCK);
    answer(0, 0, "");
    for (ssize_t length = getline(&line, &room, stdin); length > 0; length = getline(&line, &room, stdin)) {
        line[length - 1] = 0;
        char *rest = line;
        int id = strtol(strsep(&rest, " "), NULL, 10);
        if (id < 0 || id >= PROCESSES || !rest) {
            answer(0, -EINVAL, "");
        } else if (strcmp(rest, "fork") == 0) {
            start(id);
        } else if (strcmp(rest, "end") == 0) {
            end(id);
        } else if (strcmp(rest, "bye") == 0) {
            answer(id, 0, "");
            return 0;
        } else if (id == 0) {
            obey(0, rest);
        } else if (processes[id].pid > 0) {
            fprintf(processes[id].requests, "%s\n", rest);
            fflush(processes[id].requests);
        } else {
            answer(id, -ESRCH, "");
        }
    }
    return 0;
}
