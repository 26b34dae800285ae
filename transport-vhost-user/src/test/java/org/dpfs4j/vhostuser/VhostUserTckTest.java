package org.dpfs4j.vhostuser;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.tck.Machine;
import org.dpfs4j.tck.RingFault;
import org.dpfs4j.tck.RingTck;
import org.dpfs4j.tck.VhostUserMachine;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.Transport;
import org.junit.jupiter.api.Nested;

/** The rules of transports on split and packed rings, with io_uring and without. */
class VhostUserTckTest {
    abstract static class Rings extends RingTck {
        private final long features;

        Rings(long features) {
            this.features = features;
        }

        @Override
        protected Transport transport(Path scratch, int number) {
            return new VhostUserProvider()
                    .transport(new VhostUserConfig(
                            Optional.of(scratch.resolve(number + ".sock")),
                            VhostUserConfig.SOCKET_MODE,
                            Optional.empty(),
                            OptionalInt.empty(),
                            REQUEST_QUEUES,
                            1024,
                            true,
                            true,
                            VhostUserConfig.STOP_LIMIT));
        }

        @Override
        protected Machine connect(Device device) throws IOException {
            return VhostUserMachine.started(Path.of(device.address()), features, REQUEST_QUEUES);
        }
    }

    @Nested
    class SplitRings extends Rings {
        SplitRings() {
            super(VhostUserMachine.SPLIT);
        }
    }

    @Nested
    class PackedRings extends Rings {
        PackedRings() {
            super(VhostUserMachine.PACKED);
        }

        @Override
        protected IoMode ioMode() {
            return IoMode.EPOLL;
        }

        @Override
        public Map<RingFault, String> impossible() {
            var why = "descriptors of a packed ring follow each other";
            return Map.of(
                    RingFault.SUCCESSOR_OUTSIDE, why,
                    RingFault.TABLE_LOOP, why,
                    RingFault.TABLE_SUCCESSOR_OUTSIDE, why);
        }
    }
}
