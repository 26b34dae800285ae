package org.dpfs4j.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.wire.AttrOut;
import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lane against a server that lies, dies or says nothing. */
@Timeout(60)
class LaneTest {
    private static final int ANSWER = 16 + AttrOut.BYTES;
    private static final Duration LIMIT = Duration.ofMillis(200);

    @TempDir
    private Path folder;

    private SilentDevice device;
    private Lane lane;
    private Script script;

    /** What the server does instead of answering. */
    private interface Lie {
        void to(SilentDevice.Found found) throws IOException;
    }

    @BeforeEach
    void connect() throws IOException {
        device = new SilentDevice(folder.resolve("s.sock"));
        lane = new Lane(device.driver(), device.queue(), LIMIT);
        var image = new Image(
                new Pool(device.driver().ram(), 1 << 20),
                lane.ring(),
                Image.Plan.plain(Opcode.GETATTR, FuseRequests.getattr(1), AttrOut.BYTES)
                        .orElse(Errno.ESTALE));
        script = new Script() {
            @Override
            public Image begin() {
                return image;
            }

            @Override
            public Image next(Image answered) {
                return null;
            }
        };
        lane.load(script);
    }

    @AfterEach
    void disconnect() throws IOException {
        lane.close();
        device.close();
    }

    private void answerWith(Lie lie) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                lie.to(device.take());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Lane.Manner once(boolean sleeping) {
        return new Lane.Manner(0, sleeping, 0, true);
    }

    @Test
    void anAnswerIsCounted() throws CaseFailure {
        answerWith(found -> device.give(found.id(), ANSWER, found.answer(), ANSWER, 0, found.unique()));
        lane.run(once(false));
        assertThat(lane.operations()).isEqualTo(1);
        assertThat(lane.requests()).isEqualTo(1);
        assertThat(lane.latencies().getTotalCount()).isEqualTo(1);
    }

    @Test
    void anErrorThatMayBeIsAnAnswer() throws CaseFailure {
        answerWith(found -> device.give(found.id(), 16, found.answer(), 16, -Errno.ESTALE.code(), found.unique()));
        lane.run(once(false));
        assertThat(lane.operations()).isEqualTo(1);
    }

    private void fails(Lie lie, String sentence) {
        answerWith(lie);
        assertThatThrownBy(() -> lane.run(once(false)))
                .isInstanceOf(CaseFailure.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void anErrorEndsTheCase() {
        fails(
                found -> device.give(found.id(), 16, found.answer(), 16, -Errno.EACCES.code(), found.unique()),
                "GETATTR failed: EACCES");
    }

    @Test
    void anErrorThatIsNoneEndsTheCase() {
        fails(found -> device.give(found.id(), 16, found.answer(), 16, 7, found.unique()), "GETATTR failed: error 7");
    }

    @Test
    void anAnswerToAnotherRequestEndsTheCase() {
        fails(found -> device.give(found.id(), ANSWER, found.answer(), ANSWER, 0, found.unique() + 2), "to request");
    }

    @Test
    void anAnswerOfAnotherLengthThanTheRingSaysEndsTheCase() {
        fails(found -> device.give(found.id(), 16, found.answer(), ANSWER, 0, found.unique()), "in 16 bytes");
    }

    @Test
    void anAnswerLargerThanItsRoomEndsTheCase() {
        fails(
                found -> device.give(found.id(), 1 << 20, found.answer(), 1 << 20, 0, found.unique()),
                "has room for " + ANSWER);
    }

    @Test
    void anAnswerThatIsCutEndsTheCase() {
        fails(found -> device.give(found.id(), 20, found.answer(), 20, 0, found.unique()), "4 bytes instead of 104");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, -1, Integer.MIN_VALUE})
    void aChainThatIsNotWithTheServerEndsTheCase(int id) {
        fails(found -> device.give(id, ANSWER, found.answer(), ANSWER, 0, found.unique()), "gave back chain " + id);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatHangsUpEndsTheCase(boolean sleeping) {
        answerWith(found -> device.hangUp());
        assertThatThrownBy(() -> lane.run(once(sleeping)))
                .hasMessage("the server has closed the connection with GETATTR and 0 more not answered");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatSaysNothingEndsTheCase(boolean sleeping) {
        assertThatThrownBy(() -> lane.run(once(sleeping)))
                .hasMessage("the server has answered nothing for 200 ms, with GETATTR and 0 more in flight");
    }
}
