package org.dpfs4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.dpfs4j.load.Json;
import org.dpfs4j.snap.Emulator;
import org.dpfs4j.snap.Provider;
import org.dpfs4j.snap.ProviderException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code list-emulation-managers}: which devices of this machine can show others to the host. */
@Command(
        name = "list-emulation-managers",
        description =
                "Lists the RDMA devices of this machine, and, where a DPU's provider library is named, which of them can "
                        + "emulate virtio-fs functions for the machine the DPU sits in, how many, and with how many queues.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class)
final class ListEmulatorsCommand implements Callable<Integer> {
    private static final Map<String, String> VENDORS = Map.of("0x15b3", "NVIDIA");

    /** What the bits of {@link Emulator#capabilities()} are called. */
    private static final SequencedMap<Integer, String> KINDS = new TreeMap<>(Map.of(
            Emulator.FILE_SYSTEMS, "virtio-fs",
            Emulator.BLOCK_DEVICES, "virtio-blk",
            Emulator.NETWORK_CARDS, "virtio-net",
            Emulator.NVME, "NVMe"));

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--provider",
            paramLabel = "LIBRARY",
            description =
                    "The provider's library, as a device's \"provider\" in the configuration: it knows what can be emulated.")
    private Path library;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Option(names = "--sysfs", hidden = true, defaultValue = "/sys")
    private Path sysfs;

    private final List<String> sentences = new ArrayList<>();
    private int code;

    @Override
    public Integer call() {
        main.quieten();
        var devices = devices();
        var emulators = library == null ? null : emulators();
        if (library == null) {
            sentences.add("What can be emulated is not known: only a provider can tell, and --provider names none.");
        }
        var out = spec.commandLine().getOut();
        if (json) {
            out.print(json(devices, emulators));
        } else {
            print(devices, emulators, out);
        }
        out.flush();
        return code;
    }

    private List<RdmaDevice> devices() {
        try {
            var devices = RdmaDevice.all(sysfs);
            if (devices.isEmpty()) {
                sentences.add("The kernel shows no RDMA device in " + sysfs.resolve(RdmaDevice.FOLDER) + ".");
            }
            return devices;
        } catch (IOException e) {
            sentences.add("RDMA devices cannot be read from " + sysfs.resolve(RdmaDevice.FOLDER) + ": "
                    + line(String.valueOf(e.getMessage())) + ".");
            code = Main.FAILED;
            return List.of();
        }
    }

    /** What the provider says, by the device's name; null when it cannot say. */
    private Map<String, Emulator> emulators() {
        code = Main.WRONG;
        try {
            var provider = Provider.load(library.toAbsolutePath().normalize());
            code = Main.FAILED;
            var emulators = new LinkedHashMap<String, Emulator>();
            provider.emulators().forEach(each -> emulators.put(RdmaDevice.printable(each.rdma()), each));
            code = 0;
            return emulators;
        } catch (ProviderException e) {
            sentences.add("What can be emulated is not known: " + line(e.getMessage()) + ".");
            return null;
        }
    }

    /** What others said, on one line that a terminal shows as it is. */
    private static String line(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private void print(List<RdmaDevice> devices, Map<String, Emulator> emulators, PrintWriter out) {
        for (var device : devices) {
            out.println(describe(device));
            if (emulators != null) {
                out.println("  " + describe(emulators.get(device.name())));
            }
        }
        others(devices, emulators).forEach(name -> {
            out.println(name + "  not an RDMA device that the kernel shows");
            out.println("  " + describe(emulators.get(name)));
        });
        sentences.forEach(out::println);
    }

    /** Emulators that the kernel does not show. */
    private static List<String> others(List<RdmaDevice> devices, Map<String, Emulator> emulators) {
        if (emulators == null) {
            return List.of();
        }
        var others = new ArrayList<>(emulators.keySet());
        devices.forEach(device -> others.remove(device.name()));
        return others;
    }

    private static String describe(RdmaDevice device) {
        var vendor = VENDORS.getOrDefault(device.vendor(), "vendor " + known(device.vendor()));
        return device.name() + "  PCI " + known(device.pciAddress()) + ", " + vendor + ", type " + known(device.type())
                + ", firmware " + known(device.firmware()) + ", node GUID " + known(device.nodeGuid()) + ", board "
                + known(device.board());
    }

    private static String known(String text) {
        return text.isEmpty() ? "unknown" : text;
    }

    private static String describe(Emulator emulator) {
        if (emulator == null) {
            return "emulates nothing";
        }
        var kinds = kinds(emulator);
        var text = (kinds.isEmpty() ? "emulates nothing" : "emulates " + String.join(", ", kinds))
                + "; functions: " + emulator.functions() + " now, " + most(emulator.functionsMax())
                + "; queues of a function: " + most(emulator.queuesMax());
        return emulator.can(Emulator.HOTPLUG) ? text + "; functions can come and go" : text;
    }

    /** 0 is what a provider says that does not know. */
    private static String most(long number) {
        return number == 0 ? "nobody knows how many at most" : number + " at most";
    }

    private static List<String> kinds(Emulator emulator) {
        return KINDS.entrySet().stream()
                .filter(kind -> emulator.can(kind.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private String json(List<RdmaDevice> devices, Map<String, Emulator> emulators) {
        var all = new ArrayList<Map<String, Object>>();
        for (var device : devices) {
            var map = new LinkedHashMap<String, Object>();
            map.put("name", device.name());
            map.put("pciAddress", orNull(device.pciAddress()));
            map.put("vendor", orNull(device.vendor()));
            map.put("product", orNull(device.product()));
            map.put("type", orNull(device.type()));
            map.put("firmware", orNull(device.firmware()));
            map.put("nodeGuid", orNull(device.nodeGuid()));
            map.put("board", orNull(device.board()));
            map.put("emulation", emulators == null ? null : emulation(emulators.get(device.name())));
            all.add(map);
        }
        for (var name : others(devices, emulators)) {
            var map = new LinkedHashMap<String, Object>();
            map.put("name", name);
            map.put("emulation", emulation(emulators.get(name)));
            all.add(map);
        }
        var whole = new LinkedHashMap<String, Object>();
        whole.put("devices", all);
        whole.put("unknown", List.copyOf(sentences));
        return Json.of(whole);
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Map<String, Object> emulation(Emulator emulator) {
        var map = new LinkedHashMap<String, Object>();
        map.put("kinds", emulator == null ? List.of() : kinds(emulator));
        if (emulator != null) {
            map.put("functions", emulator.functions());
            map.put("functionsMax", emulator.functionsMax() == 0 ? null : emulator.functionsMax());
            map.put("queuesMax", emulator.queuesMax() == 0 ? null : emulator.queuesMax());
            map.put("hotplug", emulator.can(Emulator.HOTPLUG));
            map.put("virtualFunctions", emulator.can(Emulator.VIRTUAL_FUNCTIONS));
        }
        return map;
    }
}
