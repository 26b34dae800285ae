package org.dpfs4j.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.KernelHeader;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;

class OperationTest {
    /** A newer header may have more; an older one has fewer. */
    @Test
    void rowsAreTheOpcodesOfTheKernel() throws IOException {
        var header = KernelHeader.newest();
        var names = header.enumerators("fuse_opcode");
        names.removeIf(name -> name.startsWith("CUSE_") || name.endsWith("_BSWAP_RESERVED"));
        var theirs = header.constants(names);
        var ours = new TreeMap<>(Arrays.stream(Operation.values())
                .filter(row -> row != Operation.SETXATTR_EXT)
                .collect(Collectors.toMap(row -> "FUSE_" + row.name(), row -> (long) row.opcode())));

        if (header.minor() == Protocol.MINOR) {
            assertThat(ours).containsExactlyInAnyOrderEntriesOf(theirs);
        } else if (header.minor() > Protocol.MINOR) {
            assertThat(theirs).containsAllEntriesOf(ours);
        } else {
            assertThat(ours).containsAllEntriesOf(theirs);
        }
    }

    @Test
    void everyRowIsFoundByItsOpcode() {
        for (var row : Operation.values()) {
            var flags = row == Operation.SETXATTR_EXT ? InitFlags.SETXATTR_EXT : 0;
            assertThat(Operation.of(row.opcode()).negotiated(flags)).isSameAs(row);
        }
        assertThat(Operation.of(-1)).isNull();
        assertThat(Operation.of(0)).isNull();
        assertThat(Operation.of(Integer.MAX_VALUE)).isNull();
        assertThat(Operation.of(7)).as("a gap").isNull();
    }
}
