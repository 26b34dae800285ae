package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.tck.ProviderLibrary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code list-emulation-managers} says of a tree like sysfs, and with providers that can tell or cannot. */
class ListEmulatorsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path home;

    private int run(String... more) {
        var words = new ArrayList<>(List.of("list-emulation-managers", "--sysfs", home.toString()));
        words.addAll(List.of(more));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
    }

    /** A device as the kernel shows it. */
    private Path device(String name, String pciAddress) throws IOException {
        Path pci = Files.createDirectories(home.resolve("devices").resolve(pciAddress));
        Files.writeString(pci.resolve("vendor"), "0x15b3\n");
        Files.writeString(pci.resolve("device"), "0xa2dc\n");
        Path entry = Files.createDirectories(home.resolve("class/infiniband").resolve(name));
        Files.createSymbolicLink(entry.resolve("device"), Path.of("../../../devices", pciAddress));
        Files.writeString(entry.resolve("fw_ver"), "32.41.1000\n");
        Files.writeString(entry.resolve("node_guid"), "a088:c203:0012:3456\n");
        Files.writeString(entry.resolve("board_id"), "MT_0000000884\n");
        Files.writeString(entry.resolve("hca_type"), "MT41692\n");
        return entry;
    }

    @Test
    void aDeviceIsListedWithWhatTheKernelKnowsAndThatNobodyWasAsked() throws IOException {
        device("mlx5_0", "0000:03:00.0");
        assertThat(run()).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "mlx5_0  PCI 0000:03:00.0, NVIDIA, type MT41692, firmware 32.41.1000, "
                                + "node GUID a088:c203:0012:3456, board MT_0000000884",
                        "What can be emulated is not known: only a provider can tell, and --provider names none.");
    }

    @Test
    void aProviderTellsWhatIsEmulated() throws IOException {
        device("mlx5_0", "0000:03:00.0");
        device("mlx5_1", "0000:03:00.1");
        var fake = ProviderLibrary.compile("fake", home.resolve("lib")).toString();
        assertThat(run("--provider", fake)).isZero();
        assertThat(out.toString())
                .contains(
                        "\n  emulates virtio-fs, virtio-blk; functions: 2 now, 4 at most; queues of a function: 64 at most; "
                                + "functions can come and go\nmlx5_1  PCI 0000:03:00.1,")
                .endsWith("\n  emulates nothing\n");
    }

    @Test
    void whatTheProviderSeesAndTheKernelDoesNotIsListed() throws IOException {
        var fake = ProviderLibrary.compile("fake", home.resolve("lib")).toString();
        assertThat(run("--provider", fake)).isZero();
        assertThat(out.toString())
                .startsWith("mlx5_0  not an RDMA device that the kernel shows\n  emulates virtio-fs")
                .endsWith("The kernel shows no RDMA device in " + home.resolve("class/infiniband") + ".\n");
    }

    @Test
    void programsGetJson() throws IOException {
        device("mlx5_0", "0000:03:00.0");
        var fake = ProviderLibrary.compile("fake", home.resolve("lib")).toString();
        assertThat(run("--json", "--provider", fake)).isZero();
        assertThat(out.toString().replaceAll("\\s+", " "))
                .isEqualTo(
                        "{ \"devices\": [ { \"name\": \"mlx5_0\", \"pciAddress\": \"0000:03:00.0\", \"vendor\": \"0x15b3\", "
                                + "\"product\": \"0xa2dc\", \"type\": \"MT41692\", \"firmware\": \"32.41.1000\", "
                                + "\"nodeGuid\": \"a088:c203:0012:3456\", \"board\": \"MT_0000000884\", "
                                + "\"emulation\": { \"kinds\": [ \"virtio-fs\", \"virtio-blk\" ], \"functions\": 2, "
                                + "\"functionsMax\": 4, \"queuesMax\": 64, \"hotplug\": true, \"virtualFunctions\": false } } ], "
                                + "\"unknown\": [] } ");
    }

    @Test
    void whatIsNotKnownIsNullInJson() throws IOException {
        Files.createDirectories(home.resolve("class/infiniband/rxe0"));
        assertThat(run("--json")).isZero();
        assertThat(out.toString()).contains("\"firmware\": null", "\"emulation\": null", "--provider names none.");
    }

    @Test
    void aProviderThatCannotBeUsedIsWrongUsage() throws IOException {
        device("mlx5_0", "0000:03:00.0");
        assertThat(run("--provider", home.resolve("missing.so").toString())).isEqualTo(Main.WRONG);
        assertThat(out.toString())
                .startsWith("mlx5_0  ")
                .containsPattern("\nWhat can be emulated is not known: .*missing.so.*\\.\n$");
    }

    @Test
    void aProviderThatCannotTellSaysWhy() throws IOException {
        device("mlx5_0", "0000:03:00.0");
        var vhost = ProviderLibrary.compile("vhost", home.resolve("lib")).toString();
        assertThat(run("--provider", vhost)).isEqualTo(Main.FAILED);
        assertThat(out.toString()).contains("there is no emulation manager behind it.\n");
    }

    @Test
    void whatFirmwareWroteCannotSteerATerminal() throws IOException {
        var entry = device("mlx5_0", "0000:03:00.0");
        Files.writeString(entry.resolve("fw_ver"), "1\u001b[2J\nmlx5_9  fine");
        Files.writeString(entry.resolve("board_id"), "b".repeat(1 << 20));
        Files.delete(entry.resolve("hca_type"));
        Files.createDirectory(entry.resolve("hca_type"));
        Files.delete(entry.resolve("device"));
        Files.createSymbolicLink(entry.resolve("device"), Path.of("../../../devices/\u001b[31m"));
        assertThat(run()).isZero();
        assertThat(out.toString().lines())
                .startsWith("mlx5_0  PCI unknown, vendor unknown, type unknown, firmware 1?[2J?mlx5_9  fine, "
                        + "node GUID a088:c203:0012:3456, board " + "b".repeat(64))
                .hasSize(2);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aMachineWithoutRdmaSaysSo() {
        assertThat(run()).isZero();
        assertThat(out.toString()).startsWith("The kernel shows no RDMA device in ");
    }
}
