package org.dpfs4j.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.dpfs4j.client.FuseRequests;
import org.dpfs4j.client.Opcode;
import org.dpfs4j.client.Seen;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Dirent;
import org.dpfs4j.wire.EntryOut;
import org.dpfs4j.wire.OpenOut;
import org.dpfs4j.wire.ReaddirIn;
import org.dpfs4j.wire.ReleaseIn;

/** OPENDIR, READDIR or READDIRPLUS with a page each until there is nothing more, RELEASEDIR. */
final class ListScript implements Script {
    private static final long HANDLE = Image.at(ReaddirIn.LAYOUT, "fh");
    private static final long COOKIE = Image.at(ReaddirIn.LAYOUT, "offset");
    private static final long RELEASE_HANDLE = Image.at(ReleaseIn.LAYOUT, "fh");
    private static final long DIRENT_OFF = Image.at(Dirent.LAYOUT, "off");
    private static final long DIRENT_NAMELEN = Image.at(Dirent.LAYOUT, "namelen");
    private static final int DOTS = 2;
    private static final int DIRENT_NAME = (int) Dirent.LAYOUT.byteSize();

    private final Stage stage;
    private final Image open;
    private final Image list;
    private final Image release;
    private final long page;
    private final int before;
    private int found;
    private int entries;

    /** A slot; {@code plus} for READDIRPLUS. */
    ListScript(Stage stage, boolean plus) {
        this.stage = stage;
        var many = stage.tree().many();
        var handle = Seen.Opened.forged(many, 0);
        var listing = plus ? Opcode.READDIRPLUS : Opcode.READDIR;
        var pages = stage.pages(Pool.PAGE);
        page = stage.pool().host(pages.guest(0));
        before = plus ? EntryOut.BYTES : 0;
        open = stage.image(Image.Plan.plain(Opcode.OPENDIR, FuseRequests.opendir(many), OpenOut.BYTES));
        list = stage.image(
                Image.Plan.reading(listing, FuseRequests.readdir(listing, handle, 0, Pool.PAGE), 0, pages, Pool.PAGE));
        release = stage.image(Image.Plan.plain(Opcode.RELEASEDIR, FuseRequests.release(Opcode.RELEASEDIR, handle), 0));
    }

    @Override
    public Image begin() {
        found = 0;
        entries = 0;
        return open;
    }

    @Override
    public Image next(Image answered) throws CaseFailure {
        if (answered == open) {
            release.put(RELEASE_HANDLE, answered.result(0));
            return list.put(HANDLE, answered.result(0)).put(COOKIE, 0);
        }
        if (answered == release) {
            return null;
        }
        if (answered.answerBytes() > 0) {
            return list.put(COOKIE, walk(answered.answerBytes()));
        }
        if (found != Workload.FILES) {
            throw new CaseFailure(list + " found " + found + " files instead of " + Workload.FILES);
        }
        return release;
    }

    /** Counts entries and their lookups; returns the cookie of the last. */
    private long walk(int bytes) throws CaseFailure {
        long cookie = 0;
        for (int at = 0; at < bytes; ) {
            var dirent = page + at + before;
            var room = bytes - at - before - DIRENT_NAME;
            var length = room < 1 ? 0 : Memory.ALL.get(JAVA_INT, dirent + DIRENT_NAMELEN);
            if (length < 1 || length > room) {
                throw new CaseFailure(list + " has a name of " + length + " bytes where " + room + " have room");
            }
            cookie = Memory.ALL.get(JAVA_LONG, dirent + DIRENT_OFF);
            if (!isDot(dirent + DIRENT_NAME, length)) {
                found++;
                if (before > 0 && Memory.ALL.get(JAVA_LONG, page + at) != 0) {
                    stage.counts().add(Memory.ALL.get(JAVA_LONG, page + at), 1);
                }
            }
            entries++;
            at += before + Dirent.sizeBytes(length);
        }
        if (entries > Workload.FILES + DOTS) {
            throw new CaseFailure(list + " goes on behind " + entries + " entries");
        }
        return cookie;
    }

    private static boolean isDot(long name, int length) {
        return length <= 2
                && Memory.ALL.get(JAVA_BYTE, name) == '.'
                && Memory.ALL.get(JAVA_BYTE, name + length - 1) == '.';
    }
}
