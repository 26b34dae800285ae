package org.dpfs4j.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An RDMA device as the kernel shows it in {@code /sys/class/infiniband}. Texts are empty where it says nothing; firmware wrote some
 * of them, so they are cut and have no control characters.
 *
 * @param name such as {@code mlx5_0}
 * @param pciAddress domain, bus, device and function
 * @param vendor the PCI vendor's number, such as {@code 0x15b3}
 * @param product the PCI device's number
 * @param type what the driver calls it, such as {@code MT41692}
 * @param firmware its version
 * @param nodeGuid its node's identity in a fabric
 * @param board the board's identity, which firmware files are named after
 */
record RdmaDevice(
        String name,
        String pciAddress,
        String vendor,
        String product,
        String type,
        String firmware,
        String nodeGuid,
        String board) {
    /** Where devices are, below the root of sysfs. */
    static final Path FOLDER = Path.of("class", "infiniband");

    private static final int DEVICES_MAX = 256;
    private static final int TEXT_MAX = 64;
    private static final Pattern PCI_ADDRESS =
            Pattern.compile("\\p{XDigit}{4,8}:\\p{XDigit}{2}:\\p{XDigit}{2}\\.[0-7]");

    /**
     * All devices, by name; none where the kernel has no RDMA.
     *
     * @param sysfs most often {@code /sys}
     * @throws IOException when the folder cannot be read
     */
    static List<RdmaDevice> all(Path sysfs) throws IOException {
        Path folder = sysfs.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().limit(DEVICES_MAX).map(RdmaDevice::of).toList();
        }
    }

    private static RdmaDevice of(Path entry) {
        return new RdmaDevice(
                printable(entry.getFileName().toString()),
                pciAddress(entry.resolve("device")),
                text(entry, "device/vendor"),
                text(entry, "device/device"),
                text(entry, "hca_type"),
                text(entry, "fw_ver"),
                text(entry, "node_guid"),
                text(entry, "board_id"));
    }

    /** The name of what the link leads to. */
    private static String pciAddress(Path link) {
        try {
            var name = Files.readSymbolicLink(link).getFileName();
            return name != null && PCI_ADDRESS.matcher(name.toString()).matches() ? name.toString() : "";
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static String text(Path entry, String attribute) {
        Path file = entry.resolve(attribute);
        // Whatever else lies there might not end, or wait.
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (var in = Files.newInputStream(file)) {
            return printable(new String(in.readNBytes(TEXT_MAX), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return "";
        }
    }

    /** One line that a terminal shows as it is. */
    static String printable(String text) {
        var cut = text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) : text;
        return cut.strip().replaceAll("[^\\x20-\\x7e]", "?");
    }
}
