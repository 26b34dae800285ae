package org.dpfs4j.nfsserver;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import org.dpfs4j.nfsserver.MockStates.Stateid;

/** What the mock server does with files: all operations that need no owner. */
final class MockFiles {
    static final int NAME_MAX = 255;
    private static final int PATH_MAX = 4096;
    private static final int FILE_SYNC = 2;
    private static final int ALL_ACCESS = 0x3f;

    private final MockTree tree;
    private final MockRules rules;
    private final MockStates states;
    private final MockRecalls recalls;
    private final MockAttributes attributes;

    /** What COMMIT and WRITE say so that clients see that uncommitted data was lost. */
    long writeVerifier = 0x76657269L;

    MockFiles(MockTree tree, MockRules rules, MockStates states, MockRecalls recalls) {
        this.recalls = recalls;
        this.tree = tree;
        this.rules = rules;
        this.states = states;
        attributes = new MockAttributes(tree, rules);
    }

    MockAttributes attributes() {
        return attributes;
    }

    int putHandle(MockCall call) {
        call.current = tree.find(call.in);
        return call.current == null ? Nfs.ERR_STALE : Nfs.OK;
    }

    int putRoot(MockCall call) {
        call.current = tree.root();
        return Nfs.OK;
    }

    int save(MockCall call) {
        call.saved = call.current;
        return Nfs.OK;
    }

    int restore(MockCall call) {
        call.current = call.saved;
        return call.saved == null ? Nfs.ERR_RESTOREFH : Nfs.OK;
    }

    int handle(MockCall call) {
        Xdr.writeOpaque(call.out, tree.handle(call.current));
        return Nfs.OK;
    }

    int lookup(MockCall call) {
        String name = Xdr.name(call.in, PATH_MAX);
        int status = nameStatus(call.current, name);
        if (status != Nfs.OK) {
            return status;
        }
        var entry = call.current.entries.get(name);
        if (entry == null) {
            return Nfs.ERR_NOENT;
        }
        call.current = entry.node();
        return Nfs.OK;
    }

    int parent(MockCall call) {
        if (call.current.type != Nfs.DIRECTORY) {
            return Nfs.ERR_NOTDIR;
        }
        if (call.current == tree.root()) {
            return Nfs.ERR_NOENT;
        }
        call.current = call.current.parent;
        return Nfs.OK;
    }

    /** Status of a name in a directory. */
    static int nameStatus(MockNode directory, String name) {
        if (directory.type != Nfs.DIRECTORY) {
            return directory.type == Nfs.SYMLINK ? Nfs.ERR_SYMLINK : Nfs.ERR_NOTDIR;
        }
        if (name.isEmpty()) {
            return Nfs.ERR_INVAL;
        }
        if (name.length() > NAME_MAX) {
            return Nfs.ERR_NAMETOOLONG;
        }
        return name.equals(".") || name.equals("..") || name.indexOf('/') >= 0 ? Nfs.ERR_BADNAME : Nfs.OK;
    }

    int access(MockCall call) {
        int wanted = call.in.readInt();
        call.out.writeInt(ALL_ACCESS).writeInt(wanted & ALL_ACCESS);
        return Nfs.OK;
    }

    int getAttributes(MockCall call) {
        attributes.write(call.out, Xdr.bitmap(call.in), call.current);
        return Nfs.OK;
    }

    int setAttributes(MockCall call) {
        var stateid = call.readStateid();
        int status = stateid.isAnonymous() ? Nfs.OK : states.check(stateid);
        status = status != Nfs.OK ? status : recalls.before(call, call.current);
        Xdr.writeBitmap(call.out, status == Nfs.OK ? attributes.set(call.in, call.current) : new BitSet());
        return status;
    }

    int read(MockCall call) {
        var stateid = call.readStateid();
        long offset = call.in.readLong();
        int wanted = Xdr.length(call.in, Integer.MAX_VALUE);
        int status = io(call, stateid, false);
        if (status != Nfs.OK) {
            return status;
        }
        var node = call.current;
        int start = (int) Math.min(offset, node.size());
        int length = Math.min(Math.min(wanted, rules.shortReads), Math.min(node.size() - start, rules.readMax));
        if (call.out.writerIndex() + length + 64 > call.session.responseMax) {
            return Nfs.ERR_REP_TOO_BIG;
        }
        call.out.writeInt(start + length == node.size() ? 1 : 0);
        Xdr.writeOpaque(call.out, node.data(), start, length);
        return Nfs.OK;
    }

    int write(MockCall call) {
        var stateid = call.readStateid();
        long offset = call.in.readLong();
        int stable = call.in.readInt();
        int given = Xdr.length(call.in, call.in.readableBytes());
        var bytes = new byte[given];
        call.in.readBytes(bytes).skipBytes(Xdr.padding(given));
        int status = io(call, stateid, true);
        if (status != Nfs.OK) {
            return status;
        }
        int length = Math.min(given, Math.min(rules.shortWrites, rules.writeMax));
        if (offset < 0 || offset + length > Integer.MAX_VALUE / 4) {
            return Nfs.ERR_FBIG;
        }
        call.current.write((int) offset, bytes, length);
        boolean synced = rules.stableWrites || stable != 0;
        if (synced) {
            call.current.commit();
        }
        call.out.writeInt(length).writeInt(synced ? FILE_SYNC : 0).writeLong(writeVerifier);
        return Nfs.OK;
    }

    int commit(MockCall call) {
        call.in.skipBytes(12);
        if (call.current.type != Nfs.REGULAR) {
            return Nfs.ERR_WRONG_TYPE;
        }
        call.current.commit();
        call.out.writeLong(writeVerifier);
        return Nfs.OK;
    }

    private int io(MockCall call, Stateid stateid, boolean write) {
        if (call.current.type != Nfs.REGULAR) {
            return call.current.type == Nfs.DIRECTORY ? Nfs.ERR_ISDIR : Nfs.ERR_WRONG_TYPE;
        }
        if (stateid.isAnonymous()) {
            return Nfs.OK;
        }
        int status = states.check(stateid);
        if (status != Nfs.OK) {
            return status;
        }
        var state = states.get(stateid);
        if (state.node != call.current) {
            return Nfs.ERR_BAD_STATEID;
        }
        if (write && state.uid != call.uid) {
            return Nfs.ERR_ACCESS;
        }
        int access = state.open == null ? state.access : state.open.access;
        return !write || (access & 2) != 0 ? Nfs.OK : Nfs.ERR_OPENMODE;
    }

    /** ALLOCATE, DEALLOCATE. */
    int space(MockCall call, boolean allocate) {
        var stateid = call.readStateid();
        int offset = Math.toIntExact(call.in.readLong());
        int length = Math.toIntExact(call.in.readLong());
        int status = io(call, stateid, true);
        if (status == Nfs.OK && !allocate) {
            call.current.zero(offset, length);
        } else if (status == Nfs.OK && offset + length > call.current.size()) {
            call.current.resize(offset + length);
        }
        return status;
    }

    /** A file of one piece of data: its only hole is its end. */
    int seek(MockCall call) {
        var stateid = call.readStateid();
        long offset = call.in.readLong();
        boolean hole = call.in.readInt() != 0;
        int status = io(call, stateid, false);
        if (status != Nfs.OK) {
            return status;
        }
        if (offset >= call.current.size()) {
            return Nfs.ERR_NXIO;
        }
        call.out.writeInt(0).writeLong(hole ? call.current.size() : offset);
        return Nfs.OK;
    }

    int readLink(MockCall call) {
        if (call.current.type != Nfs.SYMLINK) {
            return Nfs.ERR_INVAL;
        }
        Xdr.writeName(call.out, call.current.target);
        return Nfs.OK;
    }

    int readDirectory(MockCall call) {
        long cookie = call.in.readLong();
        call.in.skipBytes(8);
        long directoryMax = call.in.readUnsignedInt();
        long replyMax = call.in.readUnsignedInt();
        var wanted = Xdr.bitmap(call.in);
        if (call.current.type != Nfs.DIRECTORY) {
            return Nfs.ERR_NOTDIR;
        }
        if (cookie == 1 || cookie == 2) {
            return Nfs.ERR_BAD_COOKIE;
        }
        var out = call.out;
        int start = out.writerIndex();
        long end = start + Math.min(Math.min(replyMax, call.session.responseMax - start - 16), 1 << 20) - 16;
        out.writeLong(1);
        MockNode.Entry entry = call.current.after(cookie);
        boolean any = false;
        long names = 0;
        for (; entry != null; entry = call.current.after(entry.cookie())) {
            int at = out.writerIndex();
            out.writeInt(1).writeLong(entry.cookie());
            Xdr.writeName(out, entry.name());
            names += out.writerIndex() - at;
            attributes.write(out, wanted, entry.node());
            if (out.writerIndex() > end || (directoryMax > 0 && names > directoryMax && any)) {
                out.writerIndex(at);
                break;
            }
            any = true;
        }
        if (entry != null && !any) {
            return Nfs.ERR_TOOSMALL;
        }
        out.writeInt(0).writeInt(entry == null ? 1 : 0);
        return Nfs.OK;
    }

    /** Everything but regular files. */
    int create(MockCall call) {
        int type = call.in.readInt();
        String target = type == Nfs.SYMLINK ? Xdr.name(call.in, PATH_MAX) : "";
        boolean device = type == Nfs.BLOCK || type == Nfs.CHARACTER;
        int major = device ? call.in.readInt() : 0;
        int minor = device ? call.in.readInt() : 0;
        String name = Xdr.name(call.in, PATH_MAX);
        int status = nameStatus(call.current, name);
        if (status != Nfs.OK) {
            return status;
        }
        if (call.current.entries.containsKey(name)) {
            return Nfs.ERR_EXIST;
        }
        var directory = call.current;
        long before = directory.change;
        var node = made(call, type, name);
        node.target = target;
        node.major = major;
        node.minor = minor;
        var set = attributes.set(call.in, node);
        call.writeChange(before, directory);
        Xdr.writeBitmap(call.out, set);
        return Nfs.OK;
    }

    /** A new file of the caller, which is the current one then. */
    MockNode made(MockCall call, int type, String name) {
        var node = tree.make(type, type == Nfs.DIRECTORY ? 0755 : 0644);
        node.uid = call.uid;
        node.gid = (call.current.mode & 02000) != 0 ? call.current.gid : call.gid;
        tree.link(call.current, name, node);
        call.current = node;
        return node;
    }

    int remove(MockCall call) {
        String name = Xdr.name(call.in, PATH_MAX);
        int status = nameStatus(call.current, name);
        if (status != Nfs.OK) {
            return status;
        }
        var entry = call.current.entries.get(name);
        if (entry == null) {
            return Nfs.ERR_NOENT;
        }
        if (!entry.node().entries.isEmpty()) {
            return Nfs.ERR_NOTEMPTY;
        }
        status = recalls.before(call, entry.node());
        if (status != Nfs.OK) {
            return status;
        }
        long before = call.current.change;
        tree.unlink(call.current, name);
        call.writeChange(before, call.current);
        return Nfs.OK;
    }

    int rename(MockCall call) {
        String name = Xdr.name(call.in, PATH_MAX);
        String newName = Xdr.name(call.in, PATH_MAX);
        int status = call.saved == null ? Nfs.ERR_NOFILEHANDLE : nameStatus(call.saved, name);
        status = status != Nfs.OK ? status : nameStatus(call.current, newName);
        status = status != Nfs.OK ? status : tree.mayMove(call.saved, name, call.current, newName);
        status = status != Nfs.OK
                ? status
                : recalls.before(call, call.saved.entries.get(name).node());
        var replaced = call.current.entries.get(newName);
        status = status != Nfs.OK || replaced == null ? status : recalls.before(call, replaced.node());
        if (status != Nfs.OK) {
            return status;
        }
        long before = call.saved.change;
        long newBefore = call.current.change;
        tree.move(call.saved, name, call.current, newName);
        call.writeChange(before, call.saved);
        call.writeChange(newBefore, call.current);
        return Nfs.OK;
    }

    int link(MockCall call) {
        String name = Xdr.name(call.in, PATH_MAX);
        int status = call.saved == null ? Nfs.ERR_NOFILEHANDLE : nameStatus(call.current, name);
        if (status != Nfs.OK) {
            return status;
        }
        if (call.saved.type == Nfs.DIRECTORY) {
            return Nfs.ERR_ISDIR;
        }
        if (call.current.entries.containsKey(name)) {
            return Nfs.ERR_EXIST;
        }
        status = recalls.before(call, call.saved);
        if (status != Nfs.OK) {
            return status;
        }
        long before = call.current.change;
        tree.link(call.current, name, call.saved);
        call.saved.links++;
        call.saved.touchAttributes();
        call.writeChange(before, call.current);
        return Nfs.OK;
    }

    int xattr(MockCall call) {
        ByteBuf in = call.in;
        var all = call.current.attributes;
        if (!rules.xattrs) {
            return Nfs.ERR_NOTSUPP;
        }
        switch (call.operation) {
            case Nfs.GETXATTR -> {
                var value = all.get(Xdr.name(in, PATH_MAX));
                if (value == null) {
                    return Nfs.ERR_NOXATTR;
                }
                Xdr.writeOpaque(call.out, value);
            }
            case Nfs.SETXATTR -> {
                int how = in.readInt();
                String name = Xdr.name(in, PATH_MAX);
                var value = Xdr.opaque(in, 1 << 16);
                if (how == 1 && all.containsKey(name)) {
                    return Nfs.ERR_EXIST;
                }
                if (how == 2 && !all.containsKey(name)) {
                    return Nfs.ERR_NOXATTR;
                }
                long before = call.current.change;
                all.put(name, value);
                call.current.touchAttributes();
                call.writeChange(before, call.current);
            }
            case Nfs.REMOVEXATTR -> {
                long before = call.current.change;
                if (all.remove(Xdr.name(in, PATH_MAX)) == null) {
                    return Nfs.ERR_NOXATTR;
                }
                call.current.touchAttributes();
                call.writeChange(before, call.current);
            }
            default -> listXattrs(call);
        }
        return Nfs.OK;
    }

    private static void listXattrs(MockCall call) {
        long from = call.in.readLong();
        call.in.skipBytes(4);
        var names = call.current.attributes.keySet().stream().skip(from).toList();
        call.out.writeLong(from + names.size()).writeInt(names.size());
        names.forEach(name -> Xdr.writeName(call.out, name));
        call.out.writeInt(1);
    }
}
