package org.dpfs4j.app.sandbox;

/**
 * System calls that the JVM, the C library and Netty make under a server, beside those that this house makes itself
 * ({@link org.dpfs4j.io.Syscall}), with the numbers that {@code asm/unistd.h} has for x86-64 and aarch64. Found by tracing
 * servers under load, and by what the C library does instead in other versions. Those with one number are x86-64's alone.
 */
enum Ground {
    // Memory and code of the JVM.
    BRK(12, 214),
    MPROTECT(10, 226),
    MREMAP(25, 216),
    MSYNC(26, 227),
    MINCORE(27, 232),
    MLOCK(149, 228),
    MUNLOCK(150, 229),
    MBIND(237, 235),
    GET_MEMPOLICY(239, 236),
    SET_MEMPOLICY(238, 237),
    MEMBARRIER(324, 283),
    ARCH_PRCTL(158),
    PROCESS_MADVISE(440, 440),
    // Threads, locks, signals, time.
    FUTEX(202, 98),
    FUTEX_WAITV(449, 449),
    SET_ROBUST_LIST(273, 99),
    GET_ROBUST_LIST(274, 100),
    SET_TID_ADDRESS(218, 96),
    RSEQ(334, 293),
    EXIT(60, 93),
    EXIT_GROUP(231, 94),
    SCHED_YIELD(24, 124),
    SCHED_GETAFFINITY(204, 123),
    SCHED_SETAFFINITY(203, 122),
    SCHED_GETPARAM(143, 121),
    SCHED_GETSCHEDULER(145, 120),
    SCHED_GET_PRIORITY_MIN(147, 126),
    SCHED_GET_PRIORITY_MAX(146, 125),
    GETPRIORITY(140, 141),
    SETPRIORITY(141, 140),
    GETCPU(309, 168),
    RT_SIGACTION(13, 134),
    RT_SIGPROCMASK(14, 135),
    RT_SIGRETURN(15, 139),
    RT_SIGPENDING(127, 136),
    RT_SIGSUSPEND(130, 133),
    RT_SIGTIMEDWAIT(128, 137),
    SIGALTSTACK(131, 132),
    RESTART_SYSCALL(219, 128),
    PAUSE(34),
    NANOSLEEP(35, 101),
    CLOCK_NANOSLEEP(230, 115),
    CLOCK_GETTIME(228, 113),
    CLOCK_GETRES(229, 114),
    GETTIMEOFDAY(96, 169),
    TIME(201),
    TIMES(100, 153),
    TIMERFD_CREATE(283, 85),
    TIMERFD_SETTIME(286, 86),
    TIMERFD_GETTIME(287, 87),
    // Who and where we are.
    GETPID(39, 172),
    GETPPID(110, 173),
    GETUID(102, 174),
    GETEUID(107, 175),
    GETGID(104, 176),
    GETEGID(108, 177),
    GETRESUID(118, 148),
    GETRESGID(120, 150),
    GETGROUPS(115, 158),
    UNAME(63, 160),
    SYSINFO(99, 179),
    GETRLIMIT(97, 163),
    GETRUSAGE(98, 165),
    GETRANDOM(318, 278),
    GETCWD(79, 17),
    // Events and rings.
    IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426),
    IO_URING_REGISTER(427, 427),
    EPOLL_CREATE(213),
    EPOLL_CREATE1(291, 20),
    EPOLL_CTL(233, 21),
    EPOLL_WAIT(232),
    EPOLL_PWAIT(281, 22),
    EPOLL_PWAIT2(441, 441),
    POLL(7),
    SELECT(23),
    PSELECT6(270, 72),
    PIPE(22),
    PIPE2(293, 59),
    DUP2(33),
    DUP3(292, 24),
    // Files, as the JDK and the C library reach them.
    OPEN(2),
    STAT(4),
    LSTAT(6),
    FSTAT(5, 80),
    NEWFSTATAT(262, 79),
    ACCESS(21),
    FACCESSAT(269, 48),
    READLINK(89),
    CHMOD(90),
    CHOWN(92),
    FCHMODAT2(452, 452),
    MKDIR(83),
    RMDIR(84),
    UNLINK(87),
    RENAME(82),
    RENAMEAT(264, 38),
    TRUNCATE(76, 45),
    READV(19, 65),
    WRITEV(20, 66),
    PREADV(295, 69),
    PWRITEV(296, 70),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    READAHEAD(187, 213),
    FADVISE64(221, 223),
    SENDFILE(40, 71),
    GETDENTS(78),
    STATFS(137, 43),
    FLOCK(73, 32),
    CHDIR(80, 49),
    // Sockets that are there already.
    ACCEPT(43, 202),
    GETSOCKNAME(51, 204),
    GETPEERNAME(52, 205),
    GETSOCKOPT(55, 209),
    SETSOCKOPT(54, 208),
    RECVFROM(45, 207),
    RECVMMSG(299, 243),
    SENDMMSG(307, 269);

    private static final int NONE = -1;

    private final int number;

    Ground(int x8664) {
        this(x8664, NONE);
    }

    Ground(int x8664, int aarch64) {
        number = Processor.IS_AARCH64 ? aarch64 : x8664;
    }

    /** Whether this processor has it. */
    boolean exists() {
        return number != NONE;
    }

    /** The number on the machine that this runs on. */
    int number() {
        return number;
    }
}
