package org.dpfs4j.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arithmetic around the kernel's constants; their values are proven by {@link WireLayoutTest}. */
class ConstantsTest {
    @Test
    void noTwoErrorsHaveOneNumber() {
        assertThat(Arrays.stream(Errno.values()).map(Errno::code)).doesNotHaveDuplicates();
    }

    @Test
    void everyErrorIsFoundByItsNumber() {
        for (var errno : Errno.values()) {
            assertThat(Errno.of(errno.code())).isSameAs(errno);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -2, 41, 58, 135, 512, 4095, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void unknownErrorIsAnIoError(int code) {
        assertThat(Errno.of(code)).isSameAs(Errno.EIO);
    }

    @Property
    void deviceNumberKeepsMajorAndMinor(
            @ForAll @IntRange(max = 0xFFF) int major, @ForAll @IntRange(max = 0xFFFFF) int minor) {
        int device = DeviceNumber.encode(major, minor);
        assertThat(DeviceNumber.major(device)).isEqualTo(major);
        assertThat(DeviceNumber.minor(device)).isEqualTo(minor);
    }

    @ParameterizedTest
    @CsvSource({"8, 17, 0x811", "1, 256, 0x100100", "0xFFF, 0xFFFFF, 0xFFFFFFFF", "0, 0, 0"})
    void deviceNumberIsEncodedLikeTheKernels(String major, String minor, String device) {
        assertThat(DeviceNumber.encode(Integer.decode(major), Integer.decode(minor)))
                .isEqualTo((int) (long) Long.decode(device));
    }

    @Property
    void openFlagsSurviveTheWayThereAndBack(@ForAll ClientArch server, @ForAll ClientArch client, @ForAll int flags) {
        int there = OpenFlags.translate(client, server, flags);
        assertThat(OpenFlags.translate(server, client, there)).isEqualTo(flags);
    }

    @ParameterizedTest
    @CsvSource({"0x4000, 0x10000", "0x8000, 0x20000", "0x10000, 0x4000", "0x20000, 0x8000", "0x543fff, 0x543fff"})
    void openFlagsChangePlacesBetweenProcessors(String x86, String arm) {
        assertThat(OpenFlags.translate(ClientArch.X86_64, ClientArch.AARCH64, Integer.decode(x86)))
                .isEqualTo(Integer.decode(arm));
    }

    @Test
    void translationIsFromTheClientAndBackToIt() {
        for (var client : ClientArch.values()) {
            assertThat(OpenFlags.toServer(client, client.directory | OpenFlags.RDWR))
                    .isEqualTo(OpenFlags.DIRECTORY | OpenFlags.RDWR);
            assertThat(OpenFlags.toClient(client, OpenFlags.NOFOLLOW | OpenFlags.APPEND))
                    .isEqualTo(client.nofollow | OpenFlags.APPEND);
        }
    }

    @ParameterizedTest
    @CsvSource({"x86-64, X86_64", "x86_64, X86_64", "amd64, X86_64", "aarch64, AARCH64", "ARM64, AARCH64"})
    void processorIsFoundByAnyOfItsNames(String name, ClientArch arch) {
        assertThat(ClientArch.of(name)).isEqualTo(arch);
    }

    @Test
    void unknownProcessorIsRefusedByName() {
        assertThatThrownBy(() -> ClientArch.of("sparc"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sparc");
    }

    @Test
    void modesTellTheirType() {
        assertThat(Mode.isDirectory(Mode.DIRECTORY | 0755)).isTrue();
        assertThat(Mode.isDirectory(Mode.BLOCK_DEVICE)).isFalse();
        assertThat(Mode.isRegular(Mode.REGULAR | Mode.SET_UID)).isTrue();
        assertThat(Mode.isRegular(Mode.SOCKET)).isFalse();
        assertThat(Mode.isSymlink(Mode.SYMLINK | 0777)).isTrue();
        assertThat(Mode.isSymlink(Mode.REGULAR)).isFalse();
        assertThat(Mode.isDevice(Mode.CHARACTER_DEVICE)).isTrue();
        assertThat(Mode.isDevice(Mode.BLOCK_DEVICE)).isTrue();
        assertThat(Mode.isDevice(Mode.FIFO)).isFalse();
    }

    @Test
    void typeOfADirectoryEntryIsThatOfItsMode() {
        assertThat(Mode.direntType(Mode.DIRECTORY | 0755)).isEqualTo(4);
        assertThat(Mode.direntType(Mode.SOCKET)).isEqualTo(12);
        assertThat(Mode.ofDirentType(8)).isEqualTo(Mode.REGULAR);
        assertThat(Mode.ofDirentType(0)).isZero();
    }
}
