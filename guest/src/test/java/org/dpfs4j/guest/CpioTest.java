package org.dpfs4j.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpioTest {
    @Test
    void entriesAreAlignedAndParentsComeFirst() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var cpio = new Cpio(out)) {
            cpio.file("a/b/odd", true, "12345".getBytes(StandardCharsets.US_ASCII));
            cpio.file("a/b/odd", false, new byte[9]);
            cpio.symlink("a/link", "b/odd");
        }
        assertThat(list(out.toByteArray()))
                .containsExactly(
                        "040755 a 0", "040755 a/b 0", "100755 a/b/odd 5", "120777 a/link 5", "000000 TRAILER!!! 0");
    }

    /** Walks the archive by the format's own rules: 110 bytes of head, name and content each padded to 4. */
    private static List<String> list(byte[] archive) {
        var entries = new ArrayList<String>();
        int at = 0;
        while (at < archive.length) {
            String head = new String(archive, at, 110, StandardCharsets.US_ASCII);
            assertThat(head).startsWith("070701");
            int mode = field(head, 1);
            int size = field(head, 6);
            int nameSize = field(head, 11);
            String name = new String(archive, at + 110, nameSize - 1, StandardCharsets.US_ASCII);
            entries.add(String.format("%06o %s %d", mode, name, size));
            at = align(align(at + 110 + nameSize) + size);
        }
        return entries;
    }

    private static int field(String head, int index) {
        return Integer.parseInt(head.substring(6 + index * 8, 14 + index * 8), 16);
    }

    private static int align(int position) {
        return (position + 3) & ~3;
    }
}
