package org.dpfs4j.nfs;

import org.dpfs4j.fs.Node;
import org.dpfs4j.nfs.v4.Attributes;
import org.dpfs4j.nfs.v4.FileHandle;
import org.dpfs4j.nfs.v4.Turnstile;
import org.dpfs4j.wire.Mode;

/** A file that the guest knows. Several lanes use it. */
final class NfsNode extends Node {
    private final FileHandle handle;
    private final int format;
    private final long fileId;
    private volatile Place place;
    private volatile long knownChange;
    private volatile int linkCount;
    private volatile boolean hidden;
    private volatile Uncommitted uncommitted;
    private volatile Delegation delegation;
    private volatile int changing;
    private volatile int changes;
    private final Turnstile appends = new Turnstile();

    /** Where it was found last: the entry of a directory. */
    @SuppressWarnings("ArrayRecordComponent") // bytes that nobody changes; places are not compared
    record Place(long parentId, byte[] name) {}

    NfsNode(FileHandle handle, Attributes attributes) {
        this.handle = handle;
        format = attributes.format();
        fileId = attributes.fileId();
        linkCount = attributes.linkCount();
    }

    FileHandle handle() {
        return handle;
    }

    boolean isDirectory() {
        return format == Mode.DIRECTORY;
    }

    boolean isRegular() {
        return format == Mode.REGULAR;
    }

    boolean isSymlink() {
        return format == Mode.SYMLINK;
    }

    long fileId() {
        return fileId;
    }

    /** Where it was found last, or null. */
    Place place() {
        return place;
    }

    void place(Place found) {
        place = found;
    }

    /** The state of the file's contents that the guest's cache belongs to. */
    long knownChange() {
        return knownChange;
    }

    void knownChange(long change) {
        knownChange = change;
    }

    /** How many names it had when we last heard of it. */
    int linkCount() {
        return linkCount;
    }

    void linkCount(int count) {
        linkCount = count;
    }

    /** Whether it only lives under a name that the guest has not given it. */
    boolean isHidden() {
        return hidden;
    }

    void hide() {
        hidden = true;
    }

    /** What has been written and is not durable; null as long as nothing has. */
    Uncommitted uncommitted() {
        return uncommitted;
    }

    /** The file was cut to a size, or a range of it was changed otherwise than by writing. */
    void replaced(long offset, long bytes) {
        var data = uncommitted;
        if (data != null) {
            data.replaced(offset, bytes);
        }
    }

    /** What has been written and is not durable, made when it is not there. */
    synchronized Uncommitted uncommitted(RetainedMemory memory) {
        if (uncommitted == null) {
            uncommitted = new Uncommitted(memory);
        }
        return uncommitted;
    }

    /** The server's promise to ask before others change it; null: there is none. */
    Delegation delegation() {
        return delegation;
    }

    void delegation(Delegation given) {
        delegation = given;
    }

    /** Whether the guest is changing it, or may do so at any moment. */
    boolean isBeingChanged() {
        return changing > 0;
    }

    /** How often the guest has begun to change it. */
    int changes() {
        return changes;
    }

    synchronized void changeBegins() {
        changing++;
        changes++;
    }

    synchronized void changeEnds() {
        changing--;
    }

    /** Those who append to it. */
    Turnstile appends() {
        return appends;
    }
}
