package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dpfs4j.wire.Protocol.ROOT_ID;

import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.dpfs4j.nfsserver.Malformation;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that sends nonsense loses its connection; the guest is told EIO at most, and is served as before afterwards. */
class HostileServerTest extends MockGuestTest {
    @ParameterizedTest
    @EnumSource(Malformation.class)
    void nonsenseEndsTheConnectionAndNothingElse(Malformation kind) {
        var file = guest.file("a", "text");
        server.malform(kind, 1);
        var client = guest.client();
        var directory = client.opendir(ROOT_ID).ok();
        var errors = Stream.of(
                        client.getattr(file),
                        client.lookup(ROOT_ID, "a"),
                        client.read(file, 0, 100),
                        client.readdir(directory, 0, 4096))
                .filter(answer -> !answer.isOk())
                .toList();
        assertThat(errors).allSatisfy(answer -> answer.fails(Errno.EIO)).hasSizeLessThanOrEqualTo(1);
        assertThat(guest.content(file)).isEqualTo("text");
        assertThat(client.getattr(file).ok().sizeBytes()).isEqualTo(4);
        assertThat(client.list(ROOT_ID)).hasSize(1);
        Awaitility.await().until(() -> guest.session().malformedCount() == 1);
    }
}
