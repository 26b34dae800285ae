package org.dpfs4j.app.sandbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.dpfs4j.io.Syscall;

/**
 * The seccomp filter of a serving process, as a program of the kernel's classic BPF ({@code linux/filter.h}): an instruction
 * a {@code long}, as {@code struct sock_filter} lies in memory.
 *
 * <pre>
 *   wrong processor or x32        → action
 *   calls whose arguments matter  → looked at, one by one
 *   every call of Syscall, Ground → allowed
 *   newer than what we know       → ENOSYS, and the C library does without
 *   anything else                 → action
 * </pre>
 *
 * <p>What is allowed by its number alone costs nothing: the kernel keeps a bitmap of it. Operations on an io_uring are not
 * seen by any filter.
 */
final class Filter {
    private static final int RET_KILL_PROCESS = 0x80000000;
    private static final int RET_TRAP = 0x00030000;
    private static final int RET_ERRNO = 0x00050000;
    private static final int RET_LOG = 0x7ffc0000;
    private static final int RET_ALLOW = 0x7fff0000;
    private static final int ENOSYS = 38;
    private static final int EAFNOSUPPORT = 97;

    private static final int LOAD = 0x20;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_AT_LEAST = 0x35;
    private static final int IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    /** Offsets in {@code struct seccomp_data}; of an argument, its lower half. */
    private static final int NUMBER = 0;

    private static final int ARCH = 4;
    private static final int ARGUMENT_0 = 16;
    private static final int ARGUMENT_1 = 24;

    private static final int ARCH_X86_64 = 0xc000003e;
    private static final int ARCH_AARCH64 = 0xc00000b7;
    private static final int X32 = 0x40000000;

    /** The first number that did not exist when the lists were written. */
    private static final int NEXT_NUMBER = 470;

    private static final int CLONE = Processor.IS_AARCH64 ? 220 : 56;
    private static final int CLONE3 = 435;
    private static final int TGKILL = Processor.IS_AARCH64 ? 131 : 234;

    private static final int CLONE_FS = 0x200;
    private static final int CLONE_THREAD = 0x10000;
    private static final int CLONE_NAMESPACES = 0x7e020000;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;

    /** They type into the terminal that the server was started from. */
    private static final int TIOCSTI = 0x5412;

    private static final int TIOCLINUX = 0x541c;

    private final List<Long> instructions = new ArrayList<>();
    private final int action;

    private Filter(int action) {
        this.action = action;
    }

    /**
     * The program.
     *
     * @param network whether sockets other than those of the Unix family may be made
     * @param process the only one whose threads may be sent signals
     */
    static long[] program(Isolation.Seccomp mode, boolean network, long process) {
        var filter = new Filter(
                switch (mode) {
                    case AUTO, KILL -> RET_KILL_PROCESS;
                    case TRAP -> RET_TRAP;
                    case LOG -> RET_LOG;
                    case NONE -> RET_ALLOW;
                });
        filter.checkProcessor();
        filter.checkArguments(network, (int) process);
        allowed().forEach(number -> filter.onEqual(number, RET_ALLOW));
        filter.add(IF_AT_LEAST, NEXT_NUMBER, 0, 1);
        filter.end(RET_ERRNO | ENOSYS);
        filter.end(filter.action);
        return filter.instructions.stream().mapToLong(Long::longValue).toArray();
    }

    /** Those that are allowed whatever their arguments are: never what only a start needs, whoever else makes it. */
    private static Set<Integer> allowed() {
        var numbers = new LinkedHashSet<Integer>();
        EnumSet.allOf(Syscall.class).forEach(call -> numbers.add((int) call.number()));
        Arrays.stream(Ground.values()).filter(Ground::exists).forEach(call -> numbers.add(call.number()));
        Arrays.stream(StartCall.values()).forEach(call -> numbers.remove((int) call.number()));
        return numbers;
    }

    private void checkProcessor() {
        add(LOAD, ARCH, 0, 0);
        add(IF_EQUAL, Processor.IS_AARCH64 ? ARCH_AARCH64 : ARCH_X86_64, 1, 0);
        end(action);
        add(LOAD, NUMBER, 0, 0);
        if (!Processor.IS_AARCH64) {
            add(IF_AT_LEAST, X32, 0, 1);
            end(action);
        }
    }

    private void checkArguments(boolean network, int process) {
        // Its flags are behind a pointer, where no filter sees them: with ENOSYS, the C library uses clone.
        onEqual(CLONE3, RET_ERRNO | ENOSYS);
        // Threads only: no processes, no namespaces.
        when(
                CLONE,
                ARGUMENT_0,
                test(IF_ANY_BIT, CLONE_NAMESPACES, 0, 1),
                ret(action),
                test(IF_ANY_BIT, CLONE_THREAD, 0, 1),
                ret(RET_ALLOW),
                ret(action));
        // A file-creation mask of one's own, and no namespaces.
        when((int) Syscall.UNSHARE.number(), ARGUMENT_0, test(IF_EQUAL, CLONE_FS, 0, 1), ret(RET_ALLOW), ret(action));
        when(TGKILL, ARGUMENT_0, test(IF_EQUAL, process, 0, 1), ret(RET_ALLOW), ret(action));
        when(
                (int) Syscall.IOCTL.number(),
                ARGUMENT_1,
                test(IF_EQUAL, TIOCSTI, 1, 0),
                test(IF_EQUAL, TIOCLINUX, 0, 1),
                ret(action),
                ret(RET_ALLOW));
        checkFamily((int) Syscall.SOCKET.number(), network);
        checkFamily((int) Syscall.SOCKETPAIR.number(), network);
    }

    /** Java and Netty try what families there are: another one is answered, not punished. */
    private void checkFamily(int number, boolean network) {
        var families = network ? List.of(AF_UNIX, AF_INET, AF_INET6, AF_NETLINK) : List.of(AF_UNIX);
        var block = new ArrayList<Long>();
        for (var family : families) {
            block.add(test(IF_EQUAL, family, 0, 1));
            block.add(ret(RET_ALLOW));
        }
        block.add(ret(RET_ERRNO | EAFNOSUPPORT));
        when(number, ARGUMENT_0, block.stream().mapToLong(Long::longValue).toArray());
    }

    /** What is decided about one call by one of its arguments; the block ends in every case. */
    private void when(int number, int argument, long... block) {
        add(IF_EQUAL, number, 0, block.length + 1);
        add(LOAD, argument, 0, 0);
        for (var instruction : block) {
            instructions.add(instruction);
        }
    }

    private void onEqual(int number, int result) {
        add(IF_EQUAL, number, 0, 1);
        end(result);
    }

    private void end(int result) {
        instructions.add(ret(result));
    }

    private void add(int code, int operand, int ifTrue, int ifFalse) {
        instructions.add(test(code, operand, ifTrue, ifFalse));
    }

    private static long ret(int result) {
        return test(RETURN, result, 0, 0);
    }

    /** {@code struct sock_filter}: code, two jumps over so many instructions, operand. */
    private static long test(int code, int operand, int ifTrue, int ifFalse) {
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }
}
