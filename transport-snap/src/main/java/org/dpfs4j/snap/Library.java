package org.dpfs4j.snap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.io.Lanes;
import org.dpfs4j.transport.DeviceEndpoint;

/**
 * The devices that are configured for one provider. A provider takes all of them at once, and a device's tag and endpoint come one after
 * another: it is opened with the last one.
 */
final class Library {
    private final List<SnapConfig> configs = new ArrayList<>();
    private final List<SnapDevice> opened = new ArrayList<>();

    /** One more device; returns its number. */
    synchronized int add(SnapConfig config) {
        configs.add(config);
        opened.add(null);
        return configs.size() - 1;
    }

    /** Opens a device; see {@link org.dpfs4j.transport.Transport#open}. */
    synchronized SnapDevice open(int number, String tag, DeviceEndpoint endpoint, Lanes lanes) throws IOException {
        try {
            SnapConfig.refuseControls("tag", tag);
        } catch (IllegalArgumentException e) {
            throw new ProviderException(e.getMessage());
        }
        var device = new SnapDevice(configs.get(number), number, tag, endpoint, this::forget);
        opened.set(number, device);
        if (opened.contains(null)) {
            return device;
        }
        try {
            Dpu.start(Layout.of(configs, lanes.count()), List.copyOf(opened), lanes);
            return device;
        } catch (ProviderException | RuntimeException e) {
            opened.set(number, null);
            device.close();
            throw e;
        } finally {
            // They are the provider's now, or to be closed; others may be opened afterwards.
            opened.replaceAll(each -> null);
        }
    }

    private synchronized void forget(SnapDevice device) {
        opened.replaceAll(each -> each == device ? null : each);
    }
}
