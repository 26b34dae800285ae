package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Assumptions;

/** What all rules have at hand: the users, and a fresh directory that all of them may write. */
public interface PosixRules {
    int ROOT = 0;
    int ALICE = 60001;
    int BOB = 60002;
    int CAROL = 60003;
    /** A group that Alice and Carol belong to. */
    int TEAM = 60010;
    /** Nobody's group. */
    int STRANGERS = 60011;

    int UTIME_NOW = 0x3FFF_FFFF;
    int UTIME_OMIT = 0x3FFF_FFFE;

    /** Where the rule is played. */
    World world();

    /** May do everything. */
    default Actor root() {
        return world().actor("root", ROOT, ROOT);
    }

    /** A user whose group is hers, in the team. */
    default Actor alice() {
        return world().actor("alice", ALICE, ALICE, TEAM);
    }

    /** Another user, whose group is his. */
    default Actor bob() {
        return world().actor("bob", BOB, BOB);
    }

    /** A user in ten groups, the team among them. */
    default Actor carol() {
        return world().actor(
                        "carol", CAROL, CAROL, 61001, 61002, 61003, 61004, TEAM, 61006, 61007, 61008, 61009, 61010);
    }

    /** Which of the times of change and of modification an operation must move; the other must stay. */
    enum Times {
        NONE,
        CHANGE,
        MODIFY_AND_CHANGE
    }

    /** Proves which times of {@code path} an operation changes. */
    default void marks(String path, Times times, Runnable operation) {
        var before = root().stat(path);
        root().tick();
        operation.run();
        var after = root().stat(path);
        var changes = times == Times.CHANGE || times == Times.MODIFY_AND_CHANGE;
        later("ctime of " + path, changes, before.changed(), after.changed());
        later("mtime of " + path, times == Times.MODIFY_AND_CHANGE, before.modified(), after.modified());
    }

    private static void later(String what, boolean expected, Stat.Time before, Stat.Time after) {
        if (expected) {
            assertThat(after).as(what + " is later").isGreaterThan(before);
        } else {
            assertThat(after).as(what + " stays").isEqualTo(before);
        }
    }

    /** Skips the rest of the rule where the file system has no such thing; a mount must then say the same. */
    default Result supported(Result result) {
        if (result.is(Errno.EOPNOTSUPP) || result.is(Errno.ENOSYS) || result.is(Errno.ENOTTY)) {
            Assumptions.abort("the file system has no such thing: " + result);
        }
        return result;
    }
}
