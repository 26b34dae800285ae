package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The image of {@code docker/nfs-server}, built and run. */
@ResourceLock(Engine.ALONE)
@EnabledIfSystemProperty(named = "dpfs4j.all", matches = "true", disabledReason = "only with --all")
class ContainerIT {
    private static final String IMAGE = "dpfs4j/nfs-server:test";
    private static final int NFS_PROGRAM = 100003;

    @TempDir
    Path home;

    @Test
    void theServersImageServes() throws Exception {
        try (var engine = Engine.start(home)) {
            engine.provideBase();
            Engine.docker(
                    "build",
                    "--network=host",
                    "--tag",
                    IMAGE,
                    Project.ROOT.resolve("docker/nfs-server").toString());
            int port = freePort();
            try (var server = nfsServer(port)) {
                server.start();
                assertThat(answersNull(port)).isTrue();
            }
        }
    }

    private static GenericContainer<?> nfsServer(int port) {
        return new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withImagePullPolicy(image -> false)
                .withNetworkMode("host")
                .withEnv("PORT", String.valueOf(port))
                .withCreateContainerCmdModifier(create -> create.getHostConfig().withCapAdd(Capability.DAC_READ_SEARCH))
                .waitingFor(Wait.forLogMessage(".*NFS SERVER INITIALIZED.*", 1));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Calls procedure 0, which does nothing. */
    private static boolean answersNull(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                var out = new DataOutputStream(socket.getOutputStream());
                var in = new DataInputStream(socket.getInputStream())) {
            for (int word : new int[] {0x80000028, 7, 0, 2, NFS_PROGRAM, 4, 0, 0, 0, 0, 0}) {
                out.writeInt(word);
            }
            in.skipNBytes(8);
            return in.readInt() == 1 && in.readInt() == 0;
        }
    }
}
