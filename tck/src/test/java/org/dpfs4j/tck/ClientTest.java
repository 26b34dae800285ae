package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.ValueLayout;
import org.dpfs4j.client.Seen;
import org.dpfs4j.fs.AttrReply;
import org.dpfs4j.fs.DataReply;
import org.dpfs4j.fs.DirReply;
import org.dpfs4j.fs.EntryReply;
import org.dpfs4j.fs.FileSystem;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.GetattrIn;
import org.dpfs4j.wire.NameIn;
import org.dpfs4j.wire.ReadIn;
import org.dpfs4j.wire.ReaddirIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client sees every breach of contract: a TCK that sees none proves nothing. */
class ClientTest {
    private final Lanes lanes = new Lanes(1, IoMode.AUTO);

    @AfterEach
    void stop() {
        lanes.close();
    }

    private Client of(FileSystem fileSystem) {
        return new Client(lanes.lane(0), fileSystem);
    }

    @Test
    void whatIsLeftOutAnswersEnosys() {
        var client = of(new FileSystem() {});
        client.lookup(1, "a").fails(Errno.ENOSYS);
        assertThat(client.open(1, 0).isOk()).isTrue();
        assertThat(client.violations()).isEmpty();
    }

    @Test
    void aSecondAnswerIsSeen() {
        var client = of(new FileSystem() {
            @Override
            public void getattr(GetattrIn in, AttrReply reply) {
                reply.ok();
                reply.fail(Errno.EIO);
            }
        });
        client.getattr(1);
        client.forget(1, 1);
        assertThat(client.violations()).anyMatch(text -> text.contains("answered twice"));
    }

    @Test
    void anAnswerFromAnotherThreadIsSeen() {
        var client = of(new FileSystem() {
            @Override
            public void getattr(GetattrIn in, AttrReply reply) {
                Thread.ofPlatform().start(() -> {
                    try {
                        reply.ok();
                    } catch (IllegalStateException refused) {
                        assertThat(refused).hasMessageContaining("on thread");
                    }
                });
                reply.defer().answer(reply::ok);
            }
        });
        client.getattr(1).ok();
        await().untilAsserted(() -> assertThat(client.violations()).anyMatch(text -> text.contains("on thread")));
    }

    @Test
    void whatIsThrownIsSeen() {
        var client = of(new FileSystem() {
            @Override
            public void getattr(GetattrIn in, AttrReply reply) {
                throw new UnsupportedOperationException("on purpose");
            }
        });
        assertThatThrownBy(() -> client.getattr(1)).hasMessageContaining("threw");
        assertThat(client.violations()).hasSize(1);
    }

    @Test
    void readingTheRequestAfterTheAnswerFindsRubbish() {
        var name = new String[1];
        var client = of(new FileSystem() {
            @Override
            public void lookup(NameIn in, EntryReply reply) {
                reply.fail(Errno.ENOENT);
                name[0] = in.name().text();
            }
        });
        client.lookup(1, "precious");
        client.forget(1, 1);
        assertThat(name[0]).isNotEqualTo("precious");
    }

    @Test
    void bytesBesideTheTargetAreSeen() {
        var client = of(new FileSystem() {
            @Override
            public void read(ReadIn in, DataReply reply) {
                var end = reply.target().address(0) + reply.target().length(0);
                Memory.ALL.set(ValueLayout.JAVA_BYTE, end, (byte) 1);
                reply.ok(1);
            }
        });
        client.startRead(Seen.Opened.forged(1, 1), 0, 100);
        client.forget(1, 1);
        assertThat(client.violations()).anyMatch(text -> text.contains("outside"));
    }

    @Test
    void moreBytesThanAskedForAreSeen() {
        var client = of(new FileSystem() {
            @Override
            public void read(ReadIn in, DataReply reply) {
                reply.ok(101);
            }
        });
        client.startRead(Seen.Opened.forged(1, 1), 0, 100);
        client.forget(1, 1);
        assertThat(client.violations()).anyMatch(text -> text.contains("101 bytes of 100"));
    }

    @Test
    void anEntryThatDoesNotFitIsSeen() {
        var client = of(new FileSystem() {
            @Override
            public void readdir(ReaddirIn in, DirReply reply) {
                reply.add(1, 1, 8, in.handle(), 100);
                reply.ok();
            }
        });
        assertThatThrownBy(() -> client.readdir(Seen.Opened.forged(1, 1), 0, 64))
                .hasMessageContaining("threw");
        assertThat(client.violations()).anyMatch(text -> text.contains("does not fit"));
    }
}
