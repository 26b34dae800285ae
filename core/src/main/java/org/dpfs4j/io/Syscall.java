package org.dpfs4j.io;

/**
 * Linux system calls that a serving process makes, by name, with the number each has on x86-64 and on aarch64
 * ({@code asm/unistd.h}). The filter of system calls allows every one that stands here.
 */
public enum Syscall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    LSEEK(8, 62),
    MMAP(9, 222),
    MUNMAP(11, 215),
    MADVISE(28, 233),
    IOCTL(16, 29),
    DUP(32, 23),
    SOCKET(41, 198),
    CONNECT(42, 203),
    SENDTO(44, 206),
    SENDMSG(46, 211),
    RECVMSG(47, 212),
    SHUTDOWN(48, 210),
    BIND(49, 200),
    LISTEN(50, 201),
    SOCKETPAIR(53, 199),
    GETSOCKOPT(55, 209),
    WAIT4(61, 260),
    FCNTL(72, 25),
    FLOCK(73, 32),
    FSYNC(74, 82),
    FDATASYNC(75, 83),
    FTRUNCATE(77, 46),
    FCHDIR(81, 50),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    UMASK(95, 166),
    GETUID(102, 174),
    GETGID(104, 176),
    GETEUID(107, 175),
    SETGROUPS(116, 159),
    SETFSUID(122, 151),
    SETFSGID(123, 152),
    CAPGET(125, 90),
    CAPSET(126, 91),
    FSTATFS(138, 44),
    PRCTL(157, 167),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    GETTID(186, 178),
    SETXATTR(188, 5),
    GETXATTR(191, 8),
    LISTXATTR(194, 11),
    REMOVEXATTR(197, 14),
    GETDENTS64(217, 61),
    INOTIFY_ADD_WATCH(254, 27),
    INOTIFY_RM_WATCH(255, 28),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    FCHOWNAT(260, 54),
    UNLINKAT(263, 35),
    LINKAT(265, 37),
    SYMLINKAT(266, 36),
    READLINKAT(267, 78),
    FCHMODAT(268, 53),
    PPOLL(271, 73),
    UNSHARE(272, 97),
    SYNC_FILE_RANGE(277, 84),
    UTIMENSAT(280, 88),
    FALLOCATE(285, 47),
    ACCEPT4(288, 242),
    EVENTFD2(290, 19),
    INOTIFY_INIT1(294, 26),
    FANOTIFY_INIT(300, 262),
    FANOTIFY_MARK(301, 263),
    PRLIMIT64(302, 261),
    NAME_TO_HANDLE_AT(303, 264),
    OPEN_BY_HANDLE_AT(304, 265),
    SYNCFS(306, 267),
    RENAMEAT2(316, 276),
    MEMFD_CREATE(319, 279),
    COPY_FILE_RANGE(326, 285),
    PREADV2(327, 286),
    PWRITEV2(328, 287),
    STATX(332, 291),
    OPEN_TREE(428, 428),
    OPENAT2(437, 437),
    FACCESSAT2(439, 439),
    FCHMODAT2(452, 452),
    MOUNT_SETATTR(442, 442);

    private final long number;

    Syscall(int x8664, int aarch64) {
        number = "aarch64".equals(System.getProperty("os.arch")) ? aarch64 : x8664;
    }

    /** The number on the machine that this runs on. */
    public long number() {
        return number;
    }
}
