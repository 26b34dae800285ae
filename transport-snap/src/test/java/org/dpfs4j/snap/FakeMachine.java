package org.dpfs4j.snap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.dpfs4j.tck.Machine;
import org.dpfs4j.tck.Parcel;

/** A host's driver behind the fake provider, which cuts requests as it likes: the cuts of a parcel mean nothing. */
final class FakeMachine implements Machine {
    private static final int DEPTH = 8;
    private static final long LIMIT_NANOS = 20_000_000_000L;

    private final FakeHost host;
    private final int group;
    private final int device;
    private final Random random = new Random(5);
    private final List<List<Sent>> underWay = new ArrayList<>();
    private int sent;

    private record Sent(int id, long cookie) {}

    /** The machine of one device with so many queues, hiprio included. */
    FakeMachine(OpenProvider opened, int group, int device, int queues) {
        host = new FakeHost(opened);
        this.group = group;
        this.device = device;
        for (int i = 0; i < queues; i++) {
            underWay.add(new ArrayList<>());
        }
    }

    FakeHost host() {
        return host;
    }

    @Override
    public int depth() {
        return DEPTH;
    }

    @Override
    public int queues() {
        return underWay.size();
    }

    @Override
    public int send(int queue, Parcel parcel) {
        var begin = System.nanoTime();
        while (true) {
            var cookie = host.push(group, device, queue, parcel.bytes(), parcel.roomBytes(), random.nextLong());
            if (cookie > 0) {
                var id = sent++ & 0xffff;
                underWay.get(queue).add(new Sent(id, cookie));
                return id;
            }
            assertThat(cookie).isEqualTo(-FakeHost.EBUSY);
            pause(begin);
        }
    }

    @Override
    public Back await(int queue) {
        var begin = System.nanoTime();
        while (true) {
            for (var each : underWay.get(queue)) {
                var length = host.pop(each.cookie);
                if (length != -FakeHost.EAGAIN) {
                    assertThat(length).as("what came back").isNotNegative();
                    underWay.get(queue).remove(each);
                    return new Back(each.id, host.popped(length));
                }
            }
            pause(begin);
        }
    }

    private static void pause(long begin) {
        if (System.nanoTime() - begin > LIMIT_NANOS) {
            throw new IllegalStateException("nothing for 20 s");
        }
        LockSupport.parkNanos(20_000);
    }

    /** The host resets the device, and waits until the server is done with it. */
    @Override
    public void close() {
        var begin = System.nanoTime();
        while (host.inject(FakeHost.RESET_BEGIN, device) == -FakeHost.EBUSY) {
            pause(begin);
        }
        while (host.push(group, device, 0, new byte[0], 0, 0) == -FakeHost.EBUSY) {
            pause(begin);
        }
        var violations = host.violations();
        host.close();
        assertThat(violations).as("what the server must not do").isEmpty();
    }
}
