package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.tck.posix.Stat.Time;
import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.dpfs4j.wire.OpenFlags;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Times of files: set by hand, and moved by what happens. */
public interface TimeRules extends PosixRules {
    @Test
    default void timesAreSetToTheNanosecond() {
        alice().file("f", 0644);
        alice().mkdir("d", 0755).ok();
        alice().symlink("f", "l").ok();
        alice().mknod("p", Mode.FIFO | 0644, 0).ok();
        for (var name : new String[] {"f", "d", "l", "p"}) {
            alice().times(name, 1_000_000_000, 123_456_789, 1_200_000_000, 987_654_321)
                    .ok();
            assertThat(alice().stat(name).accessed()).isEqualTo(new Time(1_000_000_000, 123_456_789));
            assertThat(alice().stat(name).modified()).isEqualTo(new Time(1_200_000_000, 987_654_321));
        }
    }

    @Test
    default void timesBefore1970AndFarInTheFutureAreKept() {
        alice().file("f", 0644);
        for (var seconds : new long[] {0, -1, -2_000_000_000L, 4_000_000_000L, 0x7FFF_FFFFL, 0x8000_0000L}) {
            alice().times("f", seconds, 5, seconds, 999_999_999).ok();
            assertThat(alice().stat("f").accessed()).isEqualTo(new Time(seconds, 5));
            assertThat(alice().stat("f").modified()).isEqualTo(new Time(seconds, 999_999_999));
        }
    }

    @Test
    default void oneTimeIsSetAndTheOtherLeft() {
        alice().file("f", 0644);
        alice().times("f", 1000, 1, 2000, 2).ok();
        alice().times("f", 3000, 3, 0, UTIME_OMIT).ok();
        assertThat(alice().stat("f").accessed()).isEqualTo(new Time(3000, 3));
        assertThat(alice().stat("f").modified()).isEqualTo(new Time(2000, 2));
        alice().times("f", 0, UTIME_OMIT, 4000, 4).ok();
        assertThat(alice().stat("f").accessed()).isEqualTo(new Time(3000, 3));
        assertThat(alice().stat("f").modified()).isEqualTo(new Time(4000, 4));
        marks(
                "f",
                Times.NONE,
                () -> alice().times("f", 0, UTIME_OMIT, 0, UTIME_OMIT).ok());
    }

    @Test
    default void nowIsBetweenBeforeAndAfter() {
        alice().file("f", 0644);
        alice().times("f", 1000, 1, 2000, 2).ok();
        alice().file("before", 0644);
        root().tick();
        alice().times("f", 0, UTIME_NOW, 0, UTIME_NOW).ok();
        root().tick();
        alice().file("after", 0644);
        var stat = alice().stat("f");
        assertThat(stat.modified())
                .isBetween(
                        alice().stat("before").modified(), alice().stat("after").modified());
        assertThat(stat.accessed()).isEqualTo(stat.modified());
        alice().times("f", 1000, 1, 2000, 2).ok();
        alice().call("utimensat", Actor.HERE, "f", 0, 0).ok();
        assertThat(alice().stat("f").modified().seconds()).isGreaterThan(1_000_000_000);
    }

    @Test
    default void settingTimesMarksTheChangeTime() {
        alice().file("f", 0644);
        var before = alice().stat("f").changed();
        root().tick();
        alice().times("f", 1000, 1, 2000, 2).ok();
        assertThat(alice().stat("f").changed()).isGreaterThan(before);
    }

    @Test
    default void nanosecondsHaveARange() {
        alice().file("f", 0644);
        alice().times("f", 1, 1_000_000_000, 1, 0).fails(Errno.EINVAL);
        alice().times("f", 1, -1, 1, 0).fails(Errno.EINVAL);
    }

    @Test
    default void onlyTheOwnerSetsTimes() {
        alice().file("f", 0666);
        bob().times("f", 1, 0, 1, 0).fails(Errno.EPERM);
        bob().times("f", 1, 0, 0, UTIME_OMIT).fails(Errno.EPERM);
        bob().times("f", 0, UTIME_NOW, 0, UTIME_OMIT).fails(Errno.EPERM);
        root().times("f", 1, 0, 1, 0).ok();
        assertThat(alice().stat("f").modified()).isEqualTo(new Time(1, 0));
    }

    @Test
    default void whoMayWriteSetsTheTimesToNow() {
        alice().file("f", 0666);
        alice().times("f", 1, 0, 1, 0).ok();
        bob().times("f", 0, UTIME_NOW, 0, UTIME_NOW).ok();
        assertThat(alice().stat("f").modified().seconds()).isGreaterThan(1_000_000_000);
        alice().chmod("f", 0644).ok();
        bob().times("f", 0, UTIME_NOW, 0, UTIME_NOW).fails(Errno.EACCES);
    }

    @Test
    default void timesOfALinkAreItsOwn() {
        alice().file("f", 0644);
        alice().symlink("f", "l").ok();
        alice().times("f", 5, 0, 6, 0).ok();
        alice().times("l", 7, 0, 8, 0).ok();
        assertThat(alice().stat("f").modified()).isEqualTo(new Time(6, 0));
        assertThat(alice().stat("l").modified()).isEqualTo(new Time(8, 0));
    }

    @Test
    default void writingMarksTheFile() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        marks("f", Times.MODIFY_AND_CHANGE, () -> alice().write(fd, "x").ok());
        marks("f", Times.MODIFY_AND_CHANGE, () -> alice().pwrite(fd, "x", 100).ok());
        marks("f", Times.NONE, () -> alice().call("write", fd, "", 0).ok());
        marks("f", Times.NONE, () -> alice().read(fd, 1).ok());
    }

    @Test
    default void truncatingMarksTheFile() {
        alice().file("f", "content");
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        marks("f", Times.MODIFY_AND_CHANGE, () -> alice().truncate("f", 3).ok());
        marks("f", Times.MODIFY_AND_CHANGE, () -> alice().ftruncate(fd, 30).ok());
        marks("f", Times.MODIFY_AND_CHANGE, () -> alice().ftruncate(fd, 30).ok());
        marks("f", Times.NONE, () -> bob().truncate("f", 3).fails(Errno.EACCES));
    }

    @Test
    default void timesSetByHandSurviveClose() {
        alice().file("f", 0644);
        var fd = alice().open("f", OpenFlags.RDWR).fd();
        alice().write(fd, "content").ok();
        alice().times("f", 1000, 1, 2000, 2).ok();
        alice().close(fd);
        assertThat(alice().stat("f").modified()).isEqualTo(new Time(2000, 2));
        assertThat(alice().stat("f").accessed()).isEqualTo(new Time(1000, 1));
    }

    @Test
    default void readingDoesNotMoveTheTimeOfModification() {
        alice().file("f", "content");
        alice().mkdir("d", 0755).ok();
        alice().symlink("f", "l").ok();
        marks("f", Times.NONE, () -> alice().content("f"));
        marks("d", Times.NONE, () -> alice().list("d"));
        marks("l", Times.NONE, () -> alice().readlink("l").ok());
        marks("f", Times.NONE, () -> alice().access("f", 4).ok());
    }

    @Test
    default void readingMovesAnAccessTimeThatIsOlderThanTheContent() {
        alice().file("f", "content");
        alice().mkdir("d", 0755).ok();
        alice().file("d/f", 0644);
        alice().symlink("f", "l").ok();
        for (var name : new String[] {"f", "d", "l"}) {
            alice().times(name, 1000, 0, 2000, 0).ok();
        }
        alice().content("f");
        alice().list("d");
        alice().readlink("l").ok();
        for (var name : new String[] {"f", "d", "l"}) {
            var accessed = alice().stat(name).accessed();
            Assumptions.assumeTrue(
                    !accessed.equals(new Time(1000, 0)) || !name.equals("f"), "mounted without access times");
            assertThat(accessed).as(name).isGreaterThan(new Time(2000, 0));
        }
    }

    @Test
    default void aDirectoryIsNotMarkedByWhatHappensInItsFiles() {
        alice().mkdir("d", 0755).ok();
        alice().file("d/f", 0644);
        var fd = alice().open("d/f", OpenFlags.RDWR).fd();
        marks("d", Times.NONE, () -> alice().write(fd, "x").ok());
        marks("d", Times.NONE, () -> alice().truncate("d/f", 0).ok());
        marks("d", Times.NONE, () -> alice().chmod("d/f", 0600).ok());
        marks("d", Times.NONE, () -> alice().times("d/f", 1, 0, 1, 0).ok());
    }

    @Test
    default void theTimeOfBirthStays() {
        alice().file("f", 0644);
        var before = alice().stat("f");
        Assumptions.assumeTrue((before.mask() & Stat.BIRTH) != 0, "no time of birth here");
        root().tick();
        alice().truncate("f", 10).ok();
        alice().times("f", 1, 0, 1, 0).ok();
        alice().rename("f", "g").ok();
        assertThat(alice().stat("g").born()).isEqualTo(before.born());
        assertThat(before.born()).isLessThanOrEqualTo(before.changed());
    }
}
