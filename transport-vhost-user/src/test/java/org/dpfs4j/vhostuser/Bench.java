package org.dpfs4j.vhostuser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.dpfs4j.client.Buffer;
import org.dpfs4j.client.DriverRing;
import org.dpfs4j.client.VhostUserFrontEnd;
import org.dpfs4j.client.VhostUserFrontEnd.Manner;
import org.dpfs4j.client.VhostUserFrontEnd.Shape;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.metrics.Counters;

/** A device that echoes, on lanes of its own, for one test. */
final class Bench implements AutoCloseable {
    static final long SPLIT = DriverRing.VERSION_1 | DriverRing.INDIRECT_DESC | DriverRing.EVENT_IDX;
    static final long PACKED = SPLIT | DriverRing.RING_PACKED;

    static {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(2));
    }

    final Path folder;
    final Path socket;
    final Lanes lanes;
    final EchoEndpoint endpoint = new EchoEndpoint();
    final VhostUserProvider provider = new VhostUserProvider();
    final VhostUserDevice device;

    Bench(IoMode mode) throws IOException {
        this(mode, config -> config);
    }

    Bench(IoMode mode, UnaryOperator<VhostUserConfig> change) throws IOException {
        folder = Files.createTempDirectory("vhost");
        socket = folder.resolve("device.sock");
        lanes = new Lanes(2, mode);
        device = open(change.apply(VhostUserConfig.at(socket)), endpoint);
    }

    VhostUserDevice open(VhostUserConfig config, EchoEndpoint with) throws IOException {
        return (VhostUserDevice) provider.transport(config).open("tag", with, lanes);
    }

    static UnaryOperator<VhostUserConfig> requestQueues(int count) {
        return config -> new VhostUserConfig(
                config.socket(),
                config.socketMode(),
                config.socketGroup(),
                config.fd(),
                count,
                config.queueSize(),
                true,
                true,
                config.stopLimit());
    }

    static UnaryOperator<VhostUserConfig> stopMillis(int millis) {
        return config -> new VhostUserConfig(
                config.socket(),
                config.socketMode(),
                config.socketGroup(),
                config.fd(),
                1,
                config.queueSize(),
                true,
                true,
                Duration.ofMillis(millis));
    }

    static VhostUserConfig plain(Optional<Path> socket, OptionalInt fd) {
        return new VhostUserConfig(socket, 0600, Optional.empty(), fd, 1, 1024, true, true, VhostUserConfig.STOP_LIMIT);
    }

    /** A machine with two queues of 16 entries that run. */
    VhostUserFrontEnd driver(long features) throws IOException {
        return VhostUserFrontEnd.started(socket, new Shape(Manner.QEMU, 2, 16, features));
    }

    /** Sends {@code text}, and reads the answer into room for {@code room} bytes. */
    static String echo(VhostUserFrontEnd driver, int queue, String text, int room) {
        var request = offer(driver, queue, text, room);
        var used = driver.await(driver.queue(queue));
        assertThat(used.id()).isEqualTo(request.id());
        return new String(driver.ram().read(request.reply(), (int) used.length()), StandardCharsets.UTF_8);
    }

    record Offered(int id, long reply) {}

    /** Makes a request available and kicks. */
    static Offered offer(VhostUserFrontEnd driver, int queue, String text, int room) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var request = driver.ram().allocate(Math.max(bytes.length, 1), 1);
        var reply = driver.ram().allocate(Math.max(room, 1), 1);
        driver.ram().write(request, bytes);
        var chain = new ArrayList<Buffer>(List.of(new Buffer(request, bytes.length, false)));
        if (room > 0) {
            chain.add(new Buffer(reply, room, true));
        }
        var id = driver.queue(queue).ring().add(chain, false);
        driver.kick(driver.queue(queue));
        return new Offered(id, reply);
    }

    /** What went wrong with the device. */
    Counters counters() {
        return device.counters().orElseThrow();
    }

    @Override
    public void close() throws IOException {
        device.close();
        lanes.close();
        Files.deleteIfExists(folder);
    }
}
