package org.dpfs4j.snap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/**
 * Which group serves each device of a provider, and what devices of one group or provider have in common.
 *
 * @param groups how many
 * @param groupOfDevice by the device's number
 */
record Layout(List<SnapConfig> devices, int groups, List<Integer> groupOfDevice, SnapConfig.Whole whole) {

    /**
     * The layout of devices in the order of their numbers.
     *
     * @param lanes groups at most, where nobody says which one it wants
     * @throws ProviderException when two devices contradict each other
     */
    static Layout of(List<SnapConfig> devices, int lanes) throws ProviderException {
        var most = devices.stream()
                .mapToInt(device -> device.group().orElse(-1))
                .max()
                .orElse(-1);
        var groups = most >= 0 ? most + 1 : Math.min(devices.size(), lanes);
        var chosen = new ArrayList<Integer>();
        for (int i = 0; i < devices.size(); i++) {
            chosen.add(devices.get(i).group().orElse(i % groups));
        }
        var layout = new Layout(devices, groups, List.copyOf(chosen), whole(devices));
        layout.check();
        return layout;
    }

    private static SnapConfig.Whole whole(List<SnapConfig> devices) throws ProviderException {
        var managers = new TreeSet<String>();
        var pools = new TreeSet<Integer>();
        var intervals = new TreeSet<Duration>();
        var lines = new LinkedHashSet<String>();
        for (var device : devices) {
            var whole = device.whole();
            if (!whole.manager().isEmpty()) {
                managers.add(whole.manager());
            }
            if (whole.poolMebibytes() > 0) {
                pools.add(whole.poolMebibytes());
            }
            if (!whole.controlInterval().equals(SnapConfig.Whole.CONTROL_INTERVAL)) {
                intervals.add(whole.controlInterval());
            }
            lines.addAll(whole.lines());
        }
        return new SnapConfig.Whole(
                only("manager", managers, ""),
                only("pool", pools, 0),
                only("control-interval", intervals, SnapConfig.Whole.CONTROL_INTERVAL),
                List.copyOf(lines));
    }

    private static <T> T only(String key, TreeSet<T> said, T otherwise) throws ProviderException {
        if (said.size() > 1) {
            throw new ProviderException("devices of one provider differ in " + key + ": " + said);
        }
        return said.isEmpty() ? otherwise : said.first();
    }

    private void check() throws ProviderException {
        for (int group = 0; group < groups; group++) {
            var cpus = new TreeSet<Integer>();
            var idles = new TreeSet<Idle>();
            for (int i = 0; i < devices.size(); i++) {
                if (groupOf(i) == group) {
                    devices.get(i).cpu().ifPresent(cpus::add);
                    idles.add(devices.get(i).idle());
                }
            }
            idles.remove(Idle.ADAPTIVE);
            if (cpus.size() > 1 || idles.size() > 1) {
                throw new ProviderException("devices of group " + group + " differ in "
                        + (cpus.size() > 1 ? "cpu: " + cpus : "idle: " + idles));
            }
        }
    }

    int groupOf(int device) {
        return groupOfDevice.get(device);
    }

    /** Where a group's lane is pinned to; -1: nowhere. */
    int cpuOf(int group) {
        for (int i = 0; i < devices.size(); i++) {
            if (groupOf(i) == group && devices.get(i).cpu().isPresent()) {
                return devices.get(i).cpu().getAsInt();
            }
        }
        return -1;
    }

    Idle idleOf(int group) {
        for (int i = 0; i < devices.size(); i++) {
            if (groupOf(i) == group && devices.get(i).idle() != Idle.ADAPTIVE) {
                return devices.get(i).idle();
            }
        }
        return Idle.ADAPTIVE;
    }

    /** Whether all devices of a group are there for show. */
    boolean isMock(int group) {
        for (int i = 0; i < devices.size(); i++) {
            if (groupOf(i) == group && !devices.get(i).mock()) {
                return false;
            }
        }
        return true;
    }
}
