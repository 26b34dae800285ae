package org.dpfs4j.vhostuser;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import org.dpfs4j.io.Fd;

/**
 * Bytes of control messages: each is a message within bounds, or refused. An input is the request (u8), how many descriptors come with
 * it (u8), and the payload.
 */
public final class MessageFuzz {
    private static final VhostUserConfig CONFIG = VhostUserConfig.at(Path.of("/fuzz.sock"));
    private static final int DESCRIPTORS_MAX = 64;

    private MessageFuzz() {}

    /** The target. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        var fds = new ArrayList<Fd>();
        var came = (input[1] & 0xff) % DESCRIPTORS_MAX;
        for (int i = 0; i < came; i++) {
            // None of them is open, and nothing of this uses or closes one.
            fds.add(new Fd(1_000_000 + i));
        }
        var payload = ByteBuffer.wrap(input, 2, input.length - 2).slice().order(ByteOrder.LITTLE_ENDIAN);
        try {
            check(new MessageDecoder(CONFIG).decode(input[0] & 0xff, payload, fds), came - fds.size());
        } catch (BadMessage e) {
            if (e.getMessage().isEmpty()) {
                throw new AssertionError("refused without a reason", e);
            }
        }
    }

    private static void check(Message message, int taken) {
        var wanted = 0;
        switch (message) {
            case Message.SetMemTable(var places, var files) -> {
                wanted = places.size();
                within(files.size(), wanted, wanted);
                within(places.size(), 0, MessageDecoder.REGIONS);
            }
            case Message.SetVringNum(int queue, int entries) -> {
                queue(queue);
                within(entries, 1, CONFIG.queueSize());
            }
            case Message.SetVringBase(int queue, int _) -> queue(queue);
            case Message.GetVringBase(int queue) -> queue(queue);
            case Message.SetVringEnable(int queue, boolean _) -> queue(queue);
            case Message.SetVringKick(int queue, Fd fd) -> {
                queue(queue);
                wanted = fd == null ? 0 : 1;
            }
            case Message.GetConfig(int offset, int size) -> {
                within(offset, 0, MessageDecoder.CONFIG_BYTES);
                within(offset + size, offset, MessageDecoder.CONFIG_BYTES);
            }
            case Message.AddMemReg _ -> wanted = 1;
            default -> wanted = taken;
        }
        within(taken, wanted, wanted);
    }

    private static void queue(int queue) {
        within(queue, 0, CONFIG.queues() - 1);
    }

    private static void within(int value, int least, int most) {
        if (value < least || value > most) {
            throw new AssertionError(value + " is not in " + least + " to " + most);
        }
    }
}
