package org.dpfs4j.tck.posix;

import org.dpfs4j.wire.Errno;
import org.dpfs4j.wire.Mode;
import org.junit.jupiter.api.Test;

/** Sticky directories: who may remove and move what is in them. */
public interface StickyRules extends PosixRules {
    /** A sticky directory that everybody may write, with a file and a directory of one user. */
    private void sticky(Actor owner, Actor of) {
        owner.mkdir("d", 0).ok();
        owner.chmod("d", 01777).ok();
        of.file("d/f", 0666);
        of.mkdir("d/e", 0777).ok();
        of.mknod("d/p", Mode.FIFO | 0666, 0).ok();
        of.symlink("x", "d/l").ok();
    }

    private static void mayRemove(Actor actor) {
        actor.unlink("d/f").ok();
        actor.rmdir("d/e").ok();
        actor.unlink("d/p").ok();
        actor.unlink("d/l").ok();
    }

    private static void mayMove(Actor actor) {
        for (var name : new String[] {"f", "e", "p", "l"}) {
            actor.rename("d/" + name, "d/" + name + "2").ok();
            actor.rename("d/" + name + "2", "d/" + name).ok();
            actor.rename("d/" + name, name).ok();
            actor.rename(name, "d/" + name).ok();
        }
    }

    @Test
    default void inAStickyDirectoryTheOwnerOfAFileRemovesAndMovesIt() {
        sticky(alice(), bob());
        mayMove(bob());
        mayRemove(bob());
    }

    @Test
    default void inAStickyDirectoryItsOwnerRemovesAndMovesTheFilesOfOthers() {
        sticky(alice(), bob());
        alice().rename("d/f", "d/g").ok();
        alice().rename("d/g", "d/f").ok();
        mayRemove(alice());
    }

    @Test
    default void inAStickyDirectoryRootRemovesAndMovesEverything() {
        sticky(alice(), bob());
        mayMove(root());
        mayRemove(root());
    }

    @Test
    default void inAStickyDirectoryOthersRemoveAndMoveNothing() {
        sticky(alice(), bob());
        var other = carol();
        other.unlink("d/f").fails(Errno.EPERM, Errno.EACCES);
        other.rmdir("d/e").fails(Errno.EPERM, Errno.EACCES);
        for (var name : new String[] {"f", "e", "p", "l"}) {
            other.rename("d/" + name, "d/" + name + "2").fails(Errno.EPERM, Errno.EACCES);
            other.rename("d/" + name, name).fails(Errno.EPERM, Errno.EACCES);
        }
        other.file("mine", 0644);
        other.rename("mine", "d/f").fails(Errno.EPERM, Errno.EACCES);
        other.rename("mine", "d/f", 2).fails(Errno.EPERM, Errno.EACCES);
        other.rename("mine", "d/new").ok();
        other.link("d/new", "d/new2").ok();
        other.unlink("d/new").ok();
    }

    @Test
    default void inAStickyDirectoryOthersDoNotReplaceDirectories() {
        sticky(alice(), bob());
        carol().mkdir("mine", 0755).ok();
        carol().rename("mine", "d/e").fails(Errno.EPERM, Errno.EACCES);
        bob().mkdir("his", 0755).ok();
        bob().rename("his", "d/e").ok();
        alice().mkdir("hers", 0755).ok();
        alice().rename("hers", "d/e").ok();
    }

    @Test
    default void aDirectoryIsMovedOutOfAnotherByWhoMayWriteIt() {
        alice().mkdir("d", 0777).ok();
        alice().mkdir("d/e", 0555).ok();
        alice().mkdir("to", 0777).ok();
        bob().rename("d/e", "d/e2").ok();
        bob().rename("d/e2", "to/e").fails(Errno.EACCES);
        alice().chmod("d/e2", 0777).ok();
        bob().rename("d/e2", "to/e").ok();
    }
}
