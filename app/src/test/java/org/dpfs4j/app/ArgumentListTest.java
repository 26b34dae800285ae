package org.dpfs4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What those who start virtiofsd today write, word by word, and what it means to us: {@code --print-config} shows it. */
class ArgumentListTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... words) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Main.withCommand(words));
    }

    /** The configuration that an argument list stands for, without empty lines. */
    private List<String> config(String line) {
        var words = Stream.concat(Arrays.stream(line.split(" ")), Stream.of("--print-config"));
        assertThat(run(words.toArray(String[]::new))).as(err.toString()).isZero();
        return out.toString().lines().filter(each -> !each.isEmpty()).toList();
    }

    static Stream<Arguments> callers() {
        return Stream.of(
                Arguments.of(
                        "libvirt, separate options",
                        "--fd=24 --shared-dir /srv --cache always --sandbox chroot --xattr"
                                + " --thread-pool-size=16 --rlimit-nofile=65536 --log-level debug",
                        """
                        [server]
                        sandbox = "chroot"
                        rlimit-nofile = 65536
                        log-level = "debug"
                        [[device]]
                        tag = "share"
                        transport = { fd = 24, type = "vhost-user" }
                        backend = "share"
                        [backend.share]
                        root = "/srv"
                        cache = "always"
                        xattr = true
                        type = "uring"
                        """),
                Arguments.of(
                        "libvirt, the list",
                        "--fd=24 -o source=/srv,cache=none,sandbox=namespace,xattr,no_posix_lock," + "no_flock -d",
                        """
                        [server]
                        log-level = "debug"
                        sandbox = "namespace"
                        [[device]]
                        tag = "share"
                        transport = { fd = 24, type = "vhost-user" }
                        backend = "share"
                        [backend.share]
                        root = "/srv"
                        cache = "never"
                        xattr = true
                        posix-locks = false
                        flock = false
                        type = "uring"
                        """),
                Arguments.of(
                        "Kata's runtime in Go",
                        "--syslog --cache=auto --shared-dir=/run/kata/shared --fd=3"
                                + " --thread-pool-size=1 --announce-submounts",
                        """
                        [server]
                        syslog = true
                        [[device]]
                        tag = "share"
                        transport = { fd = 3, type = "vhost-user" }
                        backend = "share"
                        [backend.share]
                        cache = "auto"
                        root = "/run/kata/shared"
                        announce-submounts = true
                        type = "uring"
                        """),
                Arguments.of(
                        "Kata's runtime in Rust",
                        "--socket-path /run/kata/v.sock --shared-dir /run/kata/shared"
                                + " --cache never --thread-pool-size=1 -o announce_submounts --xattr",
                        """
                        [server]
                        pid-file = "/run/kata/v.sock.pid"
                        [[device]]
                        tag = "share"
                        transport = { socket = "/run/kata/v.sock", type = "vhost-user" }
                        backend = "share"
                        [backend.share]
                        root = "/run/kata/shared"
                        cache = "never"
                        xattr = true
                        announce-submounts = true
                        type = "uring"
                        """),
                Arguments.of(
                        "Cloud Hypervisor's manual",
                        "--socket-path=/tmp/virtiofs --shared-dir=/tmp/shared --cache=never"
                                + " --thread-pool-size=4 --tag=myfs",
                        """
                        [server]
                        pid-file = "/tmp/virtiofs.pid"
                        [[device]]
                        tag = "myfs"
                        transport = { socket = "/tmp/virtiofs", type = "vhost-user" }
                        backend = "share"
                        [backend.share]
                        root = "/tmp/shared"
                        cache = "never"
                        type = "uring"
                        """),
                Arguments.of(
                        "every other option",
                        "--socket=/s --shared-dir=/d --socket-group=kvm --posix-acl"
                                + " --security-label=auto --xattrmap=:prefix:all::user.virtiofs.:: --readonly --seccomp=log"
                                + " --no-announce-submounts --inode-file-handles=mandatory --allow-mmap --no-readdirplus --writeback"
                                + " --allow-direct-io --modcaps=+sys_admin:-mknod --killpriv-v2 --translate-uid=map:0:1000:10"
                                + " --translate-uid=guest:5:6:1 --translate-gid=map:0:1000:10 --preserve-noatime"
                                + " --migration-mode=find-paths --migration-on-error=abort --migration-verify-handles"
                                + " --migration-confirm-paths -f",
                        """
                        [server]
                        seccomp = "log"
                        modcaps = "+sys_admin:-mknod"
                        pid-file = "/s.pid"
                        [[device]]
                        tag = "share"
                        transport = { socket = "/s", socket-group = "kvm", type = "vhost-user" }
                        backend = "share"
                        [backend.share]
                        root = "/d"
                        posix-acl = "always"
                        security-label = "auto"
                        xattrmap = ":prefix:all::user.virtiofs.::"
                        readonly = true
                        announce-submounts = false
                        inode-file-handles = "mandatory"
                        allow-mmap = true
                        readdirplus = false
                        writeback = true
                        allow-direct-io = true
                        killpriv-v2 = true
                        translate-uid = ["map:0:1000:10", "guest:5:6:1"]
                        translate-gid = ["map:0:1000:10"]
                        preserve-noatime = true
                        type = "uring"
                        """),
                Arguments.of(
                        "every word of the list",
                        "--fd=3 -o source=/d,cache=auto,sandbox=none,loglevel=err,modcaps=+mknod,"
                                + "xattrmap=:map::a\\,b:,announce_submounts,no_xattr,no_readdirplus,writeback,allow_direct_io,"
                                + "no_killpriv_v2,no_posix_acl,security_label,timeout=1.5,posix_lock,flock",
                        """
                        [server]
                        sandbox = "none"
                        log-level = "error"
                        modcaps = "+mknod"
                        [[device]]
                        tag = "share"
                        transport = { fd = 3, type = "vhost-user" }
                        backend = "share"
                        [backend.share]
                        root = "/d"
                        cache = "auto"
                        xattrmap = ":map::a,b:"
                        announce-submounts = true
                        xattr = false
                        readdirplus = false
                        writeback = true
                        allow-direct-io = true
                        killpriv-v2 = false
                        posix-acl = "never"
                        security-label = "always"
                        attr-timeout = "1500ms"
                        entry-timeout = "1500ms"
                        posix-locks = true
                        flock = true
                        type = "uring"
                        """));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callers")
    void anArgumentListMeansItsConfiguration(String caller, String line, String toml) {
        assertThat(config(line)).containsExactlyElementsOf(toml.lines().toList());
    }

    @Test
    void theLastOfTwoCounts() {
        assertThat(config("--fd=3 --shared-dir=/d --no-xattr --xattr")).contains("xattr = true");
    }

    @Test
    void theConfigurationShownCanBeRead(@TempDir Path folder) throws Exception {
        var file = folder.resolve("shown.toml");
        Files.write(file, config("--socket-path=/s --shared-dir=/a\"\\b"));
        assertThat(Assembly.of(SettingsFile.read(file), new Fakes().providers()).devices())
                .hasSize(1);
    }

    @Test
    void capabilitiesFollowQemusSchema() {
        assertThat(run("--print-capabilities")).isZero();
        assertThat(out.toString().replaceAll("\\s", ""))
                .isEqualTo("{\"type\":\"fs\",\"features\":[\"separate-options\",\"posix-acl-negotiation-mode\","
                        + "\"security-label-negotiation-mode\"]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--fd=3 --shared-dir=/d -o frobnicate | dpfs4j: -o frobnicate means nothing here",
                "--fd=3 --shared-dir=/d -o colour=red | dpfs4j: -o colour=red means nothing here",
                "--fd=3 --socket-path=/s --shared-dir=/d | dpfs4j: What shall be served? --config=FILE, or "
                        + "--shared-dir=DIRECTORY and one of --socket-path and --fd",
                "--config=/c --xattr | dpfs4j: --config goes alone: tag, socket and all else stand in the file"
            })
    void whatMeansNothingIsOneSentence(String line, String sentence) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines()).startsWith(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--shared-dir= --socket-path=/s | --shared-dir: root must be an absolute path: \"\"",
                "--shared-dir=/d --socket-path= | --socket-path: socket must be an absolute path: \"\"",
                "--shared-dir=/d --fd=x | dpfs4j: Invalid value for option '--fd': must be a whole number: \"x\"",
                "--shared-dir=/d --fd=3 --uid-map=:0:1:2: | dpfs4j: --uid-map: Not taken: the server has no user namespace."
                        + " --translate-uid=map:GUEST:HOST:COUNT does this for the files.",
            })
    void whatCannotBeMeantIsOneSentence(String line, String sentence) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines().findFirst()).contains(sentence);
    }

    @Test
    void aCapabilityThatIsGivenUpIsNoOptionOfOneLetter() {
        assertThat(config("--fd=3 --shared-dir=/srv --modcaps=-dac_read_search:-fowner -d"))
                .contains("modcaps = \"-dac_read_search:-fowner\"", "log-level = \"debug\"");
    }

    @Test
    void theOldNameOfPreferIsTaken() {
        assertThat(config("--fd=3 --shared-dir=/srv --inode-file-handles=fallback"))
                .contains("inode-file-handles = \"prefer\"");
    }

    @Test
    void theConfigurationIsWrittenWhenTheProcessEnds() {
        var bytes = new ByteArrayOutputStream();
        var words = Main.withCommand("--fd=3", "--shared-dir=/srv", "--print-config");
        var line = Main.commandLine().setOut(new PrintWriter(bytes, true, StandardCharsets.UTF_8));
        assertThat(line.execute(words)).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("root = \"/srv\"");
    }

    private Settings settings(Path folder, String... words) throws Exception {
        assertThat(run(Stream.concat(Arrays.stream(words), Stream.of("--print-config"))
                        .toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        return SettingsFile.read(Files.writeString(folder.resolve("shown.toml"), out.toString()));
    }

    /** CVE-2026-44210: whoever may choose a value, as an annotation of a pod does, adds no option by it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/srv,sandbox=none",
                "/srv --sandbox=none",
                "/srv\nsandbox = \"none\"",
                "/srv\"\n[server]\nsandbox = \"none\"\n#",
                "/--sandbox=none",
                "/srv\\,readonly",
                "/srv\t\u0001\u007f",
                "/srv' # }]"
            })
    void cve202644210AValueIsNothingButAValue(String value, @TempDir Path folder) throws Exception {
        var root = settings(folder, "--fd=3", "--shared-dir=" + value).root();
        assertThat(root.optionalTable("server").has("sandbox")).isFalse();
        var share = root.table("backend").table("share");
        assertThat(share.text("root")).isEqualTo(value);
        assertThat(share.has("readonly")).isFalse();
        assertThat(root.list("device")).hasSize(1);
    }

    /** CVE-2026-44210: nor does a value name a file of options, or take an option's place. */
    @Test
    void cve202644210AValueIsNoFileOfOptions(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("options"), "--sandbox=none --readonly");
        var root = settings(folder, "--fd=3", "--shared-dir=/d", "--tag", "@" + file)
                .root();
        assertThat(root.optionalTable("server").has("sandbox")).isFalse();
        assertThat(root.list("device").getFirst().text("tag")).isEqualTo("@" + file);
        assertThat(run("--fd=3", "--shared-dir", "--sandbox=none", "--print-config"))
                .isEqualTo(2);
        assertThat(run("--fd=3", "--shared-dir=/d", "@" + file, "--print-config"))
                .isEqualTo(2);
    }
}
