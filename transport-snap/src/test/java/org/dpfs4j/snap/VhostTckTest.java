package org.dpfs4j.snap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.fuse.FuseDevice;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.tck.FixedBackend;
import org.dpfs4j.tck.Machine;
import org.dpfs4j.tck.Nothing;
import org.dpfs4j.tck.Parcel;
import org.dpfs4j.tck.ProviderLibrary;
import org.dpfs4j.tck.RingFault;
import org.dpfs4j.tck.TransportTck;
import org.dpfs4j.tck.VhostUserMachine;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Transport;
import org.dpfs4j.wire.ClientArch;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of transports on the provider that is a vhost-user back end: real rings, split and packed, behind the provider ABI. */
class VhostTckTest {
    private static Path library;

    @BeforeAll
    static void compile(@TempDir Path folder) throws IOException {
        library = ProviderLibrary.compile("vhost", folder);
    }

    abstract static class Rings extends TransportTck {
        private final long features;
        private final IoMode ioMode;
        private final Idle idle;
        private final Map<Device, Path> sockets = new HashMap<>();

        Rings(long features, IoMode ioMode, Idle idle) {
            this.features = features;
            this.ioMode = ioMode;
            this.idle = idle;
        }

        @Override
        protected Transport transport(Path scratch, int number) {
            var socket = scratch.resolve(number + ".sock");
            var transport = new SnapProvider()
                    .transport(new SnapConfig(
                            library,
                            "pf=" + number,
                            REQUEST_QUEUES,
                            128,
                            OptionalInt.empty(),
                            OptionalInt.empty(),
                            idle,
                            false,
                            Optional.empty(),
                            new SnapConfig.Whole("", 0, Duration.ofMillis(1), List.of()),
                            Map.of("x-socket", socket.toString())));
            return new Transport() {
                @Override
                public Device open(String tag, DeviceEndpoint endpoint, Lanes lanes) throws IOException {
                    var device = transport.open(tag, endpoint, lanes);
                    sockets.put(device, socket);
                    return device;
                }
            };
        }

        @Override
        protected Machine connect(Device device) throws IOException {
            return VhostUserMachine.started(sockets.get(device), features, REQUEST_QUEUES);
        }

        @Override
        protected IoMode ioMode() {
            return ioMode;
        }

        @Test
        void aChainThatCannotBeWalkedComesBackEmpty(@TempDir Path scratch) throws IOException {
            var lanes = new Lanes(1, ioMode);
            var endpoint = new FuseDevice(
                    "faults", ClientArch.own(), Map.of("/", new FixedBackend(lane -> new Nothing())), lanes);
            var device = transport(scratch, 0).open("faults", endpoint, lanes);
            try (var machine = connect(device)) {
                for (var fault : RingFault.values()) {
                    for (var way : machine.ways(fault, 1)) {
                        var id = way.getAsInt();
                        var back = machine.await(1);
                        assertThat(back.id()).as("%s", fault).isEqualTo(id);
                        assertThat(back.bytes()).as("%s", fault).isEmpty();
                        assertThat(machine.ask(
                                        1,
                                        Parcel.of(FuseRequests.getattr(Protocol.ROOT_ID)
                                                .bytes())))
                                .as("a good request after %s", fault)
                                .isNotEmpty();
                    }
                }
            } finally {
                device.close();
                endpoint.close();
                lanes.close();
            }
        }
    }

    @Nested
    class SplitRings extends Rings {
        SplitRings() {
            super(VhostUserMachine.SPLIT, IoMode.AUTO, Idle.ADAPTIVE);
        }
    }

    @Nested
    class PackedRings extends Rings {
        PackedRings() {
            super(VhostUserMachine.PACKED, IoMode.EPOLL, Idle.WAIT);
        }
    }
}
