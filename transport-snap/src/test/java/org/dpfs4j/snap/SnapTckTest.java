package org.dpfs4j.snap;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.Machine;
import org.dpfs4j.tck.TransportTck;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Transport;
import org.junit.jupiter.api.Nested;

/** The rules of transports on the fake provider: waiting, spinning, on epoll, and with requests that come in thousands of pieces. */
class SnapTckTest {
    abstract static class Devices extends TransportTck {
        private final IoMode ioMode;
        private final Idle idle;
        private final List<String> keys;
        private final Map<Device, SnapDevice> served = new HashMap<>();

        Devices(IoMode ioMode, Idle idle, String... keys) {
            this.ioMode = ioMode;
            this.idle = idle;
            this.keys = List.of(keys);
        }

        @Override
        protected Transport transport(Path scratch, int number) {
            var transport = new SnapProvider()
                    .transport(new SnapConfig(
                            FakeLibrary.path(),
                            "pf=" + number,
                            REQUEST_QUEUES,
                            64,
                            OptionalInt.empty(),
                            OptionalInt.empty(),
                            idle,
                            false,
                            Optional.empty(),
                            new SnapConfig.Whole("", 0, Duration.ofMillis(1), keys),
                            Map.of()));
            return new Transport() {
                @Override
                public Device open(String tag, DeviceEndpoint endpoint, Lanes lanes) throws IOException {
                    var device = (SnapDevice) transport.open(tag, endpoint, lanes);
                    served.put(device, device);
                    return device;
                }
            };
        }

        @Override
        protected Machine connect(Device device) {
            return new FakeMachine(served.get(device).provider(), 0, 0, 1 + REQUEST_QUEUES);
        }

        @Override
        protected IoMode ioMode() {
            return ioMode;
        }
    }

    @Nested
    class Adaptive extends Devices {
        Adaptive() {
            super(IoMode.AUTO, Idle.ADAPTIVE);
        }
    }

    @Nested
    class WaitingOnEpoll extends Devices {
        WaitingOnEpoll() {
            super(IoMode.EPOLL, Idle.WAIT, "x-may-block=1");
        }
    }

    @Nested
    class Spinning extends Devices {
        Spinning() {
            super(IoMode.AUTO, Idle.SPIN, "x-no-wait-fd=1", "x-attach-eagain=3");
        }
    }

    @Nested
    class InThousandsOfPieces extends Devices {
        InThousandsOfPieces() {
            super(IoMode.AUTO, Idle.ADAPTIVE, "x-max-pieces=20000");
        }
    }
}
