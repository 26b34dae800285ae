package org.dpfs4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.dpfs4j.client.Seen;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.InitFlags;
import org.dpfs4j.wire.Mode;
import org.junit.jupiter.api.Test;

/** Listing directories. */
public interface DirectoryRules extends Rules {
    /** Room for two or three short entries. */
    int LITTLE_ROOM = 100;

    /** Room for one or two short entries with attributes. */
    int LITTLE_ROOM_PLUS = 400;

    /** Makes a directory with files of these names, which the guest has forgotten again. */
    private long directoryOf(int count) {
        var directory = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        for (int i = 0; i < count; i++) {
            client().forget(
                            client().mknod(directory, "f" + i, Mode.REGULAR | 0644, 0)
                                    .ok()
                                    .nodeId(),
                            1);
        }
        return directory;
    }

    private static List<String> names(List<Seen.Listed> entries) {
        return entries.stream().map(Seen.Listed::name).toList();
    }

    @Test
    default void aListingHasEveryEntryOnce() {
        var directory = directoryOf(300);
        var names = names(client().list(directory));
        assertThat(names).hasSize(300).doesNotHaveDuplicates().contains("f0", "f150", "f299");
    }

    @Test
    default void anEmptyDirectoryListsItselfAndItsParentAtMost() {
        var directory =
                client().opendir(client().mkdir(ROOT, "d", 0755).ok().nodeId()).ok();
        var entries = client().readdir(directory, 0, Client.NAMES_BYTES).ok();
        assertThat(names(entries)).doesNotHaveDuplicates().isSubsetOf(".", "..");
        if (!entries.isEmpty()) {
            assertThat(client().readdir(directory, entries.getLast().cookie(), Client.NAMES_BYTES)
                            .ok())
                    .isEmpty();
        }
    }

    @Test
    default void aListingGoesOnAfterAnyCookie() {
        var directory = client().opendir(directoryOf(20)).ok();
        var all = client().readdir(directory, 0, Client.NAMES_BYTES).ok();
        assertThat(all).extracting(Seen.Listed::cookie).doesNotHaveDuplicates();
        for (int i = 0; i < all.size(); i++) {
            var rest = client().readdir(directory, all.get(i).cookie(), Client.NAMES_BYTES)
                    .ok();
            assertThat(names(rest)).isEqualTo(names(all.subList(i + 1, all.size())));
        }
    }

    @Test
    default void aListingSurvivesWhatIsAddedAndRemovedMeanwhile() {
        var node = directoryOf(60);
        var directory = client().opendir(node).ok();
        var seen = new ArrayList<String>();
        var cookie = 0L;
        var round = 0;
        for (var part = client().readdir(directory, 0, LITTLE_ROOM).ok(); !part.isEmpty(); round++) {
            seen.addAll(names(part));
            cookie = part.getLast().cookie();
            if (round < 20) {
                client().mknod(node, "new" + round, Mode.REGULAR | 0644, 0).ok();
                client().unlink(node, "f" + (40 + round)).ok();
            }
            part = client().readdir(directory, cookie, LITTLE_ROOM).ok();
        }
        assertThat(seen).doesNotHaveDuplicates();
        for (int i = 0; i < 40; i++) {
            assertThat(seen).contains("f" + i);
        }
    }

    @Test
    default void aListingGoesOnAfterAnEntryThatIsGone() {
        var node = directoryOf(10);
        var directory = client().opendir(node).ok();
        var first = client().readdir(directory, 0, Client.NAMES_BYTES).ok();
        var gone = first.get(first.size() / 2);
        client().unlink(node, gone.name()).ok();
        var rest =
                client().readdir(directory, gone.cookie(), Client.NAMES_BYTES).ok();
        assertThat(names(rest)).isEqualTo(names(first.subList(first.size() / 2 + 1, first.size())));
    }

    @Test
    default void aListingFromTheBeginningSeesWhatIsThereNow() {
        var node = directoryOf(3);
        var directory = client().opendir(node).ok();
        client().readdir(directory, 0, Client.NAMES_BYTES).ok();
        client().mkdir(node, "later", 0755).ok();
        assertThat(names(client().readdir(directory, 0, Client.NAMES_BYTES).ok()))
                .contains("later");
    }

    @Test
    default void aRoomTooSmallForAnyEntryIsAnErrorAndNotTheEnd() {
        var node = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        client().mkdir(node, "n".repeat(200), 0755).ok();
        var directory = client().opendir(node).ok();
        var cookie = 0L;
        for (var entry : client().readdir(directory, 0, Client.NAMES_BYTES).ok()) {
            if (!entry.isDot()) {
                client().readdir(directory, cookie, LITTLE_ROOM).fails(Errno.EINVAL);
            }
            cookie = entry.cookie();
        }
    }

    @Test
    default void anEntryHasItsTypeAndInodeNumber() {
        var made = client().mkdir(ROOT, "d", 0755).ok();
        var link = client().symlink(ROOT, "s", new byte[] {'x'}).ok();
        var file = file("a", "").entry();
        for (var entry : client().list(ROOT)) {
            var expected = switch (entry.name()) {
                case "d" -> made;
                case "s" -> link;
                default -> file;
            };
            assertThat(entry.type())
                    .isEqualTo(Mode.direntType(expected.attributes().mode()));
            assertThat(entry.ino()).isEqualTo(expected.attributes().ino());
        }
    }

    @Test
    default void aListingWithAttributesCountsALookupOfEachEntryAdded() {
        if ((fixture().negotiated() & InitFlags.DO_READDIRPLUS) == 0) {
            return; // the guest does not ask for one
        }
        var node = directoryOf(5);
        var directory = client().opendir(node).ok();
        var nodes = new HashSet<Long>();
        var cookie = 0L;
        for (var part = client().readdirplus(directory, 0, LITTLE_ROOM_PLUS).ok(); !part.isEmpty(); ) {
            for (var entry : part) {
                cookie = entry.cookie();
                if (entry.isDot()) {
                    assertThat(entry.entry().nodeId()).isZero();
                } else {
                    assertThat(entry.entry().attributes().ino()).isEqualTo(entry.ino());
                    assertThat(nodes.add(entry.entry().nodeId())).isTrue();
                }
            }
            part = client().readdirplus(directory, cookie, LITTLE_ROOM_PLUS).ok();
        }
        assertThat(nodes).hasSize(5).doesNotContain(0L);
        for (var known : nodes) {
            assertThat(client().getattr(known).isOk()).isTrue();
            client().forget(known, 1);
            client().getattr(known).fails(Errno.ESTALE, Errno.ENOENT);
        }
    }

    @Test
    default void aRemovedDirectoryCanStillBeListed() {
        var node = client().mkdir(ROOT, "d", 0755).ok().nodeId();
        var directory = client().opendir(node).ok();
        client().rmdir(ROOT, "d").ok();
        var answer = client().readdir(directory, 0, Client.NAMES_BYTES);
        if (answer.isOk()) {
            assertThat(names(answer.ok())).isSubsetOf(".", "..");
        } else {
            answer.fails(Errno.ENOENT);
        }
        client().releasedir(directory).ok();
    }

    @Test
    default void onlyADirectoryIsOpenedAsOne() {
        client().opendir(file("a", "").nodeId()).fails(Errno.ENOTDIR);
    }

    @Test
    default void cookiesThatNobodyGaveAreHarmless() {
        var directory = client().opendir(directoryOf(10)).ok();
        for (long cookie : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 12345}) {
            var answer = client().readdir(directory, cookie, Client.NAMES_BYTES);
            if (!answer.isOk()) {
                answer.fails(Errno.EINVAL);
            }
        }
        assertThat(client().readdir(directory, 0, Client.NAMES_BYTES).ok()).isNotEmpty();
    }
}
