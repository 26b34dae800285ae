package org.dpfs4j.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.dpfs4j.guest.Tool;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.Ganesha;
import org.dpfs4j.nfsserver.GaneshaOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a guest waits for 4 KiB of a file of one NFS server, by O_DIRECT and one at a time: through us, and by its own
 * kernel's client over QEMU's user network. Both are printed and neither is judged: the machine is emulated, and a test
 * machine is busy.
 */
@Timeout(900)
@EnabledIfSystemProperty(named = "dpfs4j.all", matches = "true", disabledReason = "only with --all")
class NfsLatencyIT {
    private static final int FILE_BYTES = 16 << 20;
    private static final int ROUNDS = 5;
    private static final Pattern MEDIAN_NANOS = Pattern.compile("\"50\\.0+\" : ([0-9]+)");

    @TempDir
    Path home;

    @Test
    void aGuestReadsTheSameThroughUsAndByItsOwnClient() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root mounts");
        try (var ganesha = Ganesha.start(
                Files.createDirectory(home.resolve("nfs")),
                GaneshaOptions.standard().withCache().withoutGrace())) {
            var bytes = new byte[FILE_BYTES];
            new Random(1).nextBytes(bytes);
            Files.write(ganesha.directory().resolve("data"), bytes);
            var backing = Backing.nfs(ganesha.address(), ganesha.path(Export.VFS));
            try (var machine = NfsMachine.boot(home, backing, Tool.FIO)) {
                machine.mount(ganesha.port(), "/vfs", "/linux");
                machine.run("cmp " + NfsMachine.SHARE + "/data /linux/data");
                measure(machine);
                machine.run("umount /linux");
            }
        }
    }

    private static void measure(NfsMachine machine) throws IOException {
        var ours = new ArrayList<Double>();
        var linux = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        for (int round = 0; round < ROUNDS; round++) {
            ours.add(medianMicros(machine, NfsMachine.SHARE));
            linux.add(medianMicros(machine, "/linux"));
            ratios.add(ours.getLast() / linux.getLast());
        }
        System.out.printf(
                Locale.ROOT,
                ">> guest's 4 KiB READ, median of %d rounds: ours %.0f us, kernel's client %.0f us; ratio %.2f (%s)%n",
                ROUNDS,
                median(ours),
                median(linux),
                median(ratios),
                ratios.stream().map("%.2f"::formatted).toList());
    }

    private static double medianMicros(NfsMachine machine, String directory) throws IOException {
        var said = machine.run("fio --name=reads --filename=" + directory
                + "/data --thread --rw=randread --bs=4k --direct=1 --time_based --ramp_time=2 --runtime=4"
                + " --percentile_list=50 --output-format=json");
        var found = MEDIAN_NANOS.matcher(said);
        assertThat(found.find()).as("a median in: " + said).isTrue();
        var nanos = Long.parseLong(found.group(1));
        assertThat(nanos).as("nothing was read: " + said).isPositive();
        return nanos / 1e3;
    }

    private static double median(List<Double> numbers) {
        return numbers.stream().sorted().toList().get(numbers.size() / 2);
    }
}
