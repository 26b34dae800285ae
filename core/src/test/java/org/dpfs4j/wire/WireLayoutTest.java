package org.dpfs4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The views against the kernel's own headers, as a compiled C program reads them. */
class WireLayoutTest {
    private static KernelHeader header;
    private static int minor;

    @BeforeAll
    static void findHeader() throws IOException {
        header = KernelHeader.newest();
        minor = header.minor();
    }

    @Test
    void everyLayoutAndConstantIsTheKernels() throws Exception {
        var structs = WireFacts.structs();
        var theirs = header.structs(structs);
        var constants = WireFacts.constants();
        var theirConstants = header.constants(constants.keySet());
        var missing = new ArrayList<String>();

        structs.forEach((name, layout) -> {
            var ours = KernelHeader.describe(layout);
            var described = theirs.getOrDefault(name, List.of());
            for (var line : ours) {
                if (described.stream().noneMatch(sameMember(line))) {
                    missing.add(name + ": " + line);
                }
            }
            assertThat(described).as("struct " + name).isSubsetOf(inHeader(ours, described));
        });
        constants.forEach((name, value) -> {
            if (theirConstants.containsKey(name)) {
                assertThat(value).as(name).isEqualTo(theirConstants.get(name));
            } else {
                missing.add(name);
            }
        });

        System.out.printf(
                ">> wire: checked %d structs, %d constants against FUSE 7.%d (%s); %d not in this header%n",
                theirs.size(), theirConstants.size(), minor, header.folder(), missing.size());
        if (minor >= Protocol.MINOR) {
            assertThat(missing).isEmpty();
        }
    }

    @Test
    void everyStructOfTheHeaderIsKnown() {
        var unknown = header.structs("fuse_");
        unknown.removeAll(WireFacts.structs().keySet());
        unknown.removeAll(WireFacts.structsLeftOut().keySet());
        assertNoneUnknown("structs", unknown);
    }

    @Test
    void everyOpcodeOfTheHeaderHasAView() {
        var unknown = header.enumerators("fuse_opcode");
        assertThat(unknown).contains("FUSE_LOOKUP");
        unknown.removeAll(WireFacts.views().keySet());
        unknown.removeAll(WireFacts.opcodesLeftOut().keySet());
        assertNoneUnknown("opcodes", unknown);
    }

    @Test
    void everyConstantOfTheHeaderIsKnown() throws Exception {
        var known = new HashSet<>(WireFacts.constants().keySet());
        known.addAll(WireFacts.aliases().keySet());
        var unknown = header.macros("FUSE_");
        unknown.addAll(header.macros("FATTR_"));
        unknown.addAll(header.macros("FOPEN_"));
        unknown.removeAll(known);
        unknown.removeIf(name -> WireFacts.macrosLeftOut().keySet().stream().anyMatch(name::startsWith));
        assertNoneUnknown("constants", unknown);
    }

    @ParameterizedTest
    @EnumSource
    void openFlagsAreThoseOfTheClientsProcessor(ClientArch arch) throws IOException {
        var machine = arch.name().toLowerCase(Locale.ROOT) + "-linux-gnu";
        var flags = KernelHeader.newest(machine)
                .constants(Set.of("O_DIRECT", "O_LARGEFILE", "O_DIRECTORY", "O_NOFOLLOW", "O_NOATIME", "O_TMPFILE"));
        assertThat(flags)
                .isEqualTo(Map.of(
                        "O_DIRECT", (long) arch.direct,
                        "O_LARGEFILE", (long) arch.largefile,
                        "O_DIRECTORY", (long) arch.directory,
                        "O_NOFOLLOW", (long) arch.nofollow,
                        "O_NOATIME", (long) OpenFlags.NOATIME,
                        "O_TMPFILE", (long) OpenFlags.translate(ClientArch.own(), arch, OpenFlags.TMPFILE)));
    }

    /** A newer header than ours brings new things: they are told, an older build does not break on them. */
    private static void assertNoneUnknown(String what, Set<String> unknown) {
        if (minor > Protocol.MINOR) {
            System.out.printf(
                    ">> wire: FUSE 7.%d is newer than 7.%d; new %s: %s%n", minor, Protocol.MINOR, what, unknown);
        } else {
            assertThat(unknown).isEmpty();
        }
    }

    private static Predicate<String> sameMember(String line) {
        var member = line.substring(0, line.indexOf(' ') + 1);
        return other -> other.startsWith(member);
    }

    private static Set<String> inHeader(List<String> ours, List<String> theirs) {
        var result = new TreeSet<String>();
        for (var line : ours) {
            if (theirs.stream().anyMatch(sameMember(line))) {
                result.add(line);
            }
        }
        return result;
    }
}
