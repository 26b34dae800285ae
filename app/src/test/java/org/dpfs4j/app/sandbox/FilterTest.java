package org.dpfs4j.app.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.dpfs4j.io.Syscall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter's program, run as the kernel runs it. */
class FilterTest {
    private static final int ALLOW = 0x7fff0000;
    private static final int KILL = 0x80000000;
    private static final int ENOSYS = 0x00050000 | 38;
    private static final int EAFNOSUPPORT = 0x00050000 | 97;
    private static final int ARCH = Processor.IS_AARCH64 ? 0xc00000b7 : 0xc000003e;
    private static final int OTHER_ARCH = 0x40000003;
    private static final int CLONE = Processor.IS_AARCH64 ? 220 : 56;
    private static final int TGKILL = Processor.IS_AARCH64 ? 131 : 234;
    private static final int THREAD = 0x3d0f00;
    private static final int OURS = 4711;

    private static final long[] PROGRAM = Filter.program(Isolation.Seccomp.KILL, false, OURS);

    /** {@code struct seccomp_data}, as far as filters look at it. */
    private record Call(int number, int arch, long argument0, long argument1) {
        int load(int offset) {
            return switch (offset) {
                case 0 -> number;
                case 4 -> arch;
                case 16 -> (int) argument0;
                case 24 -> (int) argument1;
                default -> throw new AssertionError("loads at " + offset);
            };
        }
    }

    private static int run(long[] program, Call call) {
        var accumulator = 0;
        for (int at = 0; ; at++) {
            var operand = (int) (program[at] >>> 32);
            var ifTrue = (int) (program[at] >>> 16) & 0xff;
            var ifFalse = (int) (program[at] >>> 24) & 0xff;
            switch ((int) program[at] & 0xffff) {
                case 0x20 -> accumulator = call.load(operand);
                case 0x15 -> at += accumulator == operand ? ifTrue : ifFalse;
                case 0x35 -> at += Integer.compareUnsigned(accumulator, operand) >= 0 ? ifTrue : ifFalse;
                case 0x45 -> at += (accumulator & operand) != 0 ? ifTrue : ifFalse;
                case 0x06 -> {
                    return operand;
                }
                default -> throw new AssertionError("instruction " + Long.toHexString(program[at]));
            }
        }
    }

    private static int answer(long number, long... arguments) {
        var two = Arrays.copyOf(arguments, 2);
        return run(PROGRAM, new Call((int) number, ARCH, two[0], two[1]));
    }

    /** One argument of each that its row is made with, where arguments matter. */
    private static long argument(Syscall call) {
        return switch (call) {
            case SOCKET, SOCKETPAIR -> 1;
            case UNSHARE -> 0x200;
            default -> 0;
        };
    }

    @ParameterizedTest
    @EnumSource(Syscall.class)
    void everyCallOfAServingProcessIsAllowedUnlessOnlyAStartNeedsIt(Syscall call) {
        var start = Arrays.stream(StartCall.values()).anyMatch(each -> each.number() == call.number());
        assertThat(answer(call.number(), argument(call))).isEqualTo(start ? KILL : ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Ground.class)
    void everyCallOfTheJvmIsAllowed(Ground call) {
        if (call.exists()) {
            assertThat(answer(call.number())).isEqualTo(ALLOW);
        }
    }

    @ParameterizedTest
    @EnumSource(StartCall.class)
    void whatAStartNeedsIsForbiddenAfterwards(StartCall call) {
        assertThat(answer(call.number())).isEqualTo(KILL);
    }

    @Test
    void noOtherProgramIsExecutedAndNoOtherProcessTouched() {
        var x86 = new int[] {59, 322, 57, 58, 62, 101, 310, 311, 250, 321, 175, 169, 248, 298, 323, 161};
        var arm = new int[] {221, 281, 117, 270, 271, 219, 280, 105, 142, 217, 241, 282, 51, 129};
        for (var number : Processor.IS_AARCH64 ? arm : x86) {
            assertThat(answer(number)).as("call %d", number).isEqualTo(KILL);
        }
        assertThat(answer(TGKILL, OURS)).isEqualTo(ALLOW);
        assertThat(answer(TGKILL, OURS + 1)).isEqualTo(KILL);
    }

    @Test
    void threadsAreStartedAndProcessesAreNot() {
        assertThat(answer(CLONE, THREAD)).isEqualTo(ALLOW);
        assertThat(answer(CLONE, 17)).isEqualTo(KILL);
        assertThat(answer(CLONE, THREAD | 0x20000000)).isEqualTo(KILL);
        assertThat(answer(435)).isEqualTo(ENOSYS);
        assertThat(answer(Syscall.UNSHARE.number(), 0x20000)).isEqualTo(KILL);
    }

    @Test
    void onlyUnixSocketsAreMadeUnlessTheNetworkIsNeeded() {
        assertThat(answer(Syscall.SOCKET.number(), 2)).isEqualTo(EAFNOSUPPORT);
        assertThat(answer(Syscall.SOCKET.number(), 38)).isEqualTo(EAFNOSUPPORT);
        var networked = Filter.program(Isolation.Seccomp.KILL, true, OURS);
        assertThat(run(networked, new Call((int) Syscall.SOCKET.number(), ARCH, 2, 0)))
                .isEqualTo(ALLOW);
        assertThat(run(networked, new Call((int) Syscall.SOCKET.number(), ARCH, 38, 0)))
                .isEqualTo(EAFNOSUPPORT);
    }

    @Test
    void noTerminalIsTypedInto() {
        assertThat(answer(Syscall.IOCTL.number(), 0, 0x5412)).isEqualTo(KILL);
        assertThat(answer(Syscall.IOCTL.number(), 0, 0x541c)).isEqualTo(KILL);
        assertThat(answer(Syscall.IOCTL.number(), 0, 0x80086601L)).isEqualTo(ALLOW);
    }

    @Test
    void callsOfAnotherAbiAreForbiddenAndNewOnesAreNotThere() {
        assertThat(run(PROGRAM, new Call(0, OTHER_ARCH, 0, 0))).isEqualTo(KILL);
        assertThat(answer(1000)).isEqualTo(ENOSYS);
        assertThat(answer(0x40000000)).isEqualTo(Processor.IS_AARCH64 ? ENOSYS : KILL);
    }

    @Test
    void theActionIsTheOneAskedFor() {
        var call = new Call((int) StartCall.EXECVE.number(), ARCH, 0, 0);
        assertThat(run(Filter.program(Isolation.Seccomp.AUTO, false, OURS), call))
                .isEqualTo(KILL);
        assertThat(run(Filter.program(Isolation.Seccomp.LOG, false, OURS), call))
                .isEqualTo(0x7ffc0000);
        assertThat(run(Filter.program(Isolation.Seccomp.TRAP, false, OURS), call))
                .isEqualTo(0x00030000);
    }
}
