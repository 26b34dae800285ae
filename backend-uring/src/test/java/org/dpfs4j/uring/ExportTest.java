package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What file handles made in a guest ask for: "." of what it has forgotten, ".." up to the root. */
@ParameterizedClass
@EnumSource(names = {"DISK", "MEMORY", "DISK_WITHOUT_IO_URING"})
class ExportTest {
    private static final long ROOT = Protocol.ROOT_ID;

    @Parameter
    Ground ground;

    private Ground.Site site;
    private Client client;

    @BeforeEach
    void open() {
        site = ground.open();
        client = site.client;
        assumeThat(site.share.features() & InitFlags.EXPORT_SUPPORT)
                .as("EXPORT_SUPPORT, for which opening by handle needs CAP_DAC_READ_SEARCH")
                .isNotZero();
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    @Test
    void aForgottenNodeComesBackUnderItsId() throws Exception {
        Files.writeString(site.path("a"), "hello");
        var known = client.lookup(ROOT, "a").ok();
        client.forget(known.nodeId(), 1);
        client.getattr(known.nodeId()).fails(Errno.ESTALE);

        var again = client.lookup(known.nodeId(), ".").ok();

        assertThat(again.nodeId()).isEqualTo(known.nodeId());
        assertThat(again.generation()).isEqualTo(known.generation()).isNotZero();
        assertThat(again.attributes()).isEqualTo(known.attributes());
        assertThat(site.other.lookup(ROOT, "a").ok().nodeId()).isEqualTo(known.nodeId());
        client.forget(known.nodeId(), 1);
        assertThat(client.getattr(known.nodeId()).isOk())
                .as("one lookup is left")
                .isTrue();
        client.forget(known.nodeId(), 1);
        client.getattr(known.nodeId()).fails(Errno.ESTALE);
    }

    @Test
    void aForgottenNodeThatIsFoundByNameHasItsOldId() throws Exception {
        Files.writeString(site.path("a"), "hello");
        var known = client.lookup(ROOT, "a").ok().nodeId();
        client.forget(known, 1);

        assertThat(client.lookup(ROOT, "a").ok().nodeId()).isEqualTo(known);
    }

    @Test
    void aRemovedFileDoesNotComeBackNorDoesAnotherInItsPlace() throws Exception {
        Files.writeString(site.path("a"), "hello");
        var known = client.lookup(ROOT, "a").ok();
        client.forget(known.nodeId(), 1);
        Files.delete(site.path("a"));
        Files.writeString(site.path("a"), "other");

        client.lookup(known.nodeId(), ".").fails(Errno.ESTALE);
        assertThat(client.lookup(ROOT, "a").ok().nodeId()).isNotEqualTo(known.nodeId());
    }

    @Test
    void forgedIdsDoNotComeBack() {
        for (var id : new long[] {0, 2, 3, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32}) {
            client.lookup(id, ".").fails(Errno.ESTALE);
            client.lookup(id, "..").fails(Errno.ESTALE);
        }
    }

    @Test
    void theParentIsFoundAndNeverOneAboveTheRoot() throws Exception {
        Files.createDirectories(site.path("dir/sub"));
        Files.writeString(site.path("dir/file"), "x");
        var dir = client.lookup(ROOT, "dir").ok().nodeId();
        var sub = client.lookup(dir, "sub").ok().nodeId();
        var file = client.lookup(dir, "file").ok().nodeId();

        assertThat(client.lookup(sub, "..").ok().nodeId()).isEqualTo(dir);
        var root = client.lookup(dir, "..").ok();
        assertThat(root.nodeId()).isEqualTo(ROOT);
        assertThat(root.generation()).as("Linux warns of any other").isZero();
        assertThat(client.lookup(ROOT, "..").ok().nodeId()).isEqualTo(ROOT);
        assertThat(client.lookup(ROOT, ".").ok().nodeId()).isEqualTo(ROOT);
        client.lookup(file, "..").fails(Errno.ENOTDIR);
    }

    @Test
    void aDirectoryThatWasMovedOutOfTheTreeHasNoParent() throws Exception {
        Files.createDirectory(site.path("dir"));
        var dir = client.lookup(ROOT, "dir").ok().nodeId();
        var outside = ground.folder();
        Files.move(site.path("dir"), outside.resolve("dir"));

        client.lookup(dir, "..").fails(Errno.ESTALE);

        Ground.delete(outside);
    }

    @Test
    void whereItWasNotAgreedOnTheNamesAreRefused() {
        var plain = new Client(site.lanes.lane(0), site.share, 0);
        plain.lookup(ROOT, ".").fails(Errno.EINVAL);
        plain.lookup(ROOT, "..").fails(Errno.EINVAL);
        plain.close();
    }

    @Test
    void manyForgottenNodesMakeRoomForOneAnother() throws Exception {
        Files.writeString(site.path("a"), "x");
        Files.writeString(site.path("b"), "x");
        try (var small = ground.open(config -> config.with(new BudgetConfig(2, 2, 0, FileHandles.PREFER)))) {
            for (int i = 0; i < 5; i++) {
                Files.writeString(small.path("f" + i), "x");
                var node = small.client.lookup(ROOT, "f" + i).ok().nodeId();
                small.client.forget(node, 1);
            }
            var nodes = ((UringShare) small.share).nodes();
            assertThat(nodes.known()).isZero();
            assertThat(nodes.dormant()).isEqualTo(2);
        }
    }
}
