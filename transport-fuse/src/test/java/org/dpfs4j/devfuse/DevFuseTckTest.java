package org.dpfs4j.devfuse;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.io.Syscalls;
import org.dpfs4j.tck.Machine;
import org.dpfs4j.tck.TransportTck;
import org.dpfs4j.transport.Device;
import org.dpfs4j.transport.DeviceEndpoint;
import org.dpfs4j.transport.Transport;
import org.junit.jupiter.api.Nested;

/** The rules of transports on connections that send what the kernel never would; with io_uring and without. */
class DevFuseTckTest {
    abstract static class Connections extends TransportTck {
        private final IoMode ioMode;
        private final Map<Device, SocketMount> mounts = new HashMap<>();

        Connections(IoMode ioMode) {
            this.ioMode = ioMode;
        }

        @Override
        protected Transport transport(Path scratch, int number) {
            return new Transport() {
                @Override
                public Device open(String tag, DeviceEndpoint endpoint, Lanes lanes) {
                    var syscalls = new Syscalls();
                    try {
                        var mount = new SocketMount(scratch.resolve("mount" + number), syscalls);
                        var device = DevFuseDevice.serve(mount, REQUEST_QUEUES, endpoint, lanes, syscalls);
                        mounts.put(device, mount);
                        return device;
                    } finally {
                        syscalls.close();
                    }
                }
            };
        }

        @Override
        protected Machine connect(Device device) {
            return new SocketMachine(mounts.remove(device).drivers());
        }

        @Override
        protected boolean servesAgain() {
            return false;
        }

        @Override
        protected IoMode ioMode() {
            return ioMode;
        }

        @Override
        protected Map<String, String> gaps() {
            return Map.of(
                    "anAnswerWithoutRoomComesBackEmpty",
                    "a connection has no room for answers: the kernel takes each as it is written");
        }
    }

    @Nested
    class OnUring extends Connections {
        OnUring() {
            super(IoMode.AUTO);
        }
    }

    @Nested
    class OnEpoll extends Connections {
        OnEpoll() {
            super(IoMode.EPOLL);
        }
    }
}
