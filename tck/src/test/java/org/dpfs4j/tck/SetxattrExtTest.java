package org.dpfs4j.tck;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.RequestBytes;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.SetxattrExtIn;
import org.dpfs4j.wire.SetxattrIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The body of SETXATTR is the one that was agreed on. */
class SetxattrExtTest {
    private final Lanes lanes = new Lanes(1, IoMode.AUTO);
    private final EchoBackend backend = new EchoBackend();
    private final FuseDevice device = new FuseDevice("test", ClientArch.own(), Map.of("/", backend), lanes);
    private final RawGuest guest = new RawGuest(lanes.lane(0), device);
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void close() {
        guest.close();
        device.close();
        lanes.close();
    }

    private int ask(RequestBytes request) {
        return Heard.of(guest.ask(request)).error();
    }

    private void mount(long flags) {
        assertThat(ask(FuseRequests.init(flags, 0))).isZero();
        backend.behave((operation, in, reply) -> {
            if (in instanceof SetxattrIn set) {
                var value = Memory.at(set.valueAddress(), set.valueBytes()).toArray(ValueLayout.JAVA_BYTE);
                heard.add(set.name() + "=" + new String(value, UTF_8) + " " + set.clearsSgid());
            }
            return true;
        });
    }

    private static RequestBytes longBody(int flags) {
        return new RequestBytes(Opcode.SETXATTR, 1)
                .with(SetxattrExtIn.LAYOUT)
                .set("size", 5)
                .set("setxattr_flags", flags)
                .name("user.a")
                .data("value".getBytes(UTF_8));
    }

    private static RequestBytes shortBody() {
        return new RequestBytes(Opcode.SETXATTR, 1)
                .with(SetxattrIn.LAYOUT)
                .set("size", 5)
                .name("user.a")
                .data("value".getBytes(UTF_8));
    }

    @Test
    void theLongOneOnceItWasAgreedOn() {
        mount(InitFlags.SETXATTR_EXT);

        assertThat(ask(longBody(0))).isZero();
        assertThat(ask(longBody(1))).isZero();
        assertThat(heard).containsExactly("user.a=value false", "user.a=value true");
        assertThat(ask(longBody(0).set("size", 6))).isEqualTo(Errno.EINVAL.code());
        assertThat(ask(new RequestBytes(Opcode.SETXATTR, 1).with(SetxattrIn.LAYOUT)))
                .isEqualTo(Errno.EINVAL.code());
        assertThat(heard).hasSize(2);
    }

    @Test
    void theShortOneElse() {
        mount(0);

        assertThat(ask(shortBody())).isZero();
        assertThat(heard).containsExactly("user.a=value false");
    }

    @Test
    void anotherSessionMayAgreeOnAnother() {
        mount(InitFlags.SETXATTR_EXT);
        assertThat(ask(longBody(1))).isZero();
        mount(0);
        assertThat(ask(shortBody())).isZero();
        assertThat(heard).containsExactly("user.a=value true", "user.a=value false");
    }
}
