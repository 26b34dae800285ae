package org.dpfs4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Long by its tables. Each accessor against the kernel's field it stands for; the fields themselves are proven by
 * {@link WireLayoutTest}.
 */
class AccessorTest {
    /** Every byte different, the highest bit of every size set. */
    private static final long PATTERN = 0xF1E2_D3C4_B5A6_9788L;

    @ParameterizedTest
    @CsvSource(textBlock = """
            AccessIn,         mask,              mask
            BatchForgetIn,    count,             count
            BmapIn,           block,             block
            BmapIn,           blockBytes,        blocksize
            CopyFileRangeIn,  handle,            fh_in
            CopyFileRangeIn,  offset,            off_in
            CopyFileRangeIn,  targetNodeId,      nodeid_out
            CopyFileRangeIn,  targetHandle,      fh_out
            CopyFileRangeIn,  targetOffset,      off_out
            CopyFileRangeIn,  rangeBytes,        len
            CopyFileRangeIn,  flags,             flags
            CreateIn,         flags,             flags
            CreateIn,         mode,              mode
            CreateIn,         umask,             umask
            FallocateIn,      handle,            fh
            FallocateIn,      offset,            offset
            FallocateIn,      rangeBytes,        length
            FallocateIn,      mode,              mode
            FlushIn,          handle,            fh
            FlushIn,          lockOwner,         lock_owner
            FsyncIn,          handle,            fh
            GetattrIn,        handle,            fh
            GetxattrIn,       sizeBytes,         size
            InitIn,           major,             major
            InitIn,           minor,             minor
            InitIn,           maxReadaheadBytes, max_readahead
            InterruptIn,      interruptedUnique, unique
            IoctlIn,          handle,            fh
            IoctlIn,          flags,             flags
            IoctlIn,          command,           cmd
            IoctlIn,          argument,          arg
            IoctlIn,          inBytes,           in_size
            IoctlIn,          outBytes,          out_size
            LinkIn,           oldNodeId,         oldnodeid
            ListxattrIn,      sizeBytes,         size
            LkIn,             handle,            fh
            LkIn,             owner,             owner
            LkIn,             start,             lk.start
            LkIn,             end,               lk.end
            LkIn,             type,              lk.type
            LkIn,             lockPid,           lk.pid
            LseekIn,          handle,            fh
            LseekIn,          offset,            offset
            LseekIn,          whence,            whence
            MkdirIn,          mode,              mode
            MkdirIn,          umask,             umask
            MknodIn,          mode,              mode
            MknodIn,          rdev,              rdev
            MknodIn,          umask,             umask
            NotifyRetrieveIn, offset,            offset
            NotifyRetrieveIn, sizeBytes,         size
            OpenIn,           flags,             flags
            PollIn,           handle,            fh
            PollIn,           kernelHandle,      kh
            PollIn,           events,            events
            ReadIn,           handle,            fh
            ReadIn,           offset,            offset
            ReadIn,           sizeBytes,         size
            ReadIn,           lockOwner,         lock_owner
            ReadIn,           flags,             flags
            ReaddirIn,        handle,            fh
            ReaddirIn,        cookie,            offset
            ReaddirIn,        sizeBytes,         size
            ReaddirIn,        flags,             flags
            ReleaseIn,        handle,            fh
            ReleaseIn,        flags,             flags
            ReleaseIn,        lockOwner,         lock_owner
            RemovemappingIn,  count,             count
            Rename2In,        newParentId,       newdir
            Rename2In,        flags,             flags
            RenameIn,         newParentId,       newdir
            SetattrIn,        valid,             valid
            SetattrIn,        handle,            fh
            SetattrIn,        sizeBytes,         size
            SetattrIn,        lockOwner,         lock_owner
            SetattrIn,        atimeSeconds,      atime
            SetattrIn,        atimeNanos,        atimensec
            SetattrIn,        mtimeSeconds,      mtime
            SetattrIn,        mtimeNanos,        mtimensec
            SetattrIn,        ctimeSeconds,      ctime
            SetattrIn,        ctimeNanos,        ctimensec
            SetattrIn,        mode,              mode
            SetattrIn,        ownerUid,          uid
            SetattrIn,        ownerGid,          gid
            SetupmappingIn,   handle,            fh
            SetupmappingIn,   fileOffset,        foffset
            SetupmappingIn,   rangeBytes,        len
            SetupmappingIn,   windowOffset,      moffset
            SetxattrExtIn,    valueBytes,        size
            SetxattrExtIn,    flags,             flags
            SetxattrIn,       valueBytes,        size
            SetxattrIn,       flags,             flags
            StatxIn,          handle,            fh
            StatxIn,          flags,             sx_flags
            StatxIn,          mask,              sx_mask
            TmpfileIn,        flags,             flags
            TmpfileIn,        mode,              mode
            TmpfileIn,        umask,             umask
            WriteIn,          handle,            fh
            WriteIn,          offset,            offset
            WriteIn,          sizeBytes,         size
            WriteIn,          lockOwner,         lock_owner
            WriteIn,          flags,             flags
            """)
    void requestFieldIsReadWhole(String view, String accessor, String field) throws Exception {
        var type = Class.forName("org.dpfs4j.wire." + view);
        var layout = (StructLayout) type.getField("LAYOUT").get(null);
        var head = RequestBytes.with(layout).segment();
        RequestBytes.set(head, layout, Request.BODY, field, PATTERN);

        var request = type.getConstructor(MemorySegment.class).newInstance(head);
        var method = type.getMethod(accessor);

        assertThat(method.invoke(request)).isEqualTo(expected(method, RequestBytes.sizeOf(layout, field)));
    }

    @ParameterizedTest
    @CsvSource({
        "GetattrIn, hasHandle, getattr_flags, 1",
        "StatxIn, hasHandle, getattr_flags, 1",
        "OpenIn, killsSetIds, open_flags, 1",
        "CreateIn, killsSetIds, open_flags, 1",
        "TmpfileIn, killsSetIds, open_flags, 1",
        "ReadIn, hasLockOwner, read_flags, 2",
        "WriteIn, fromPageCache, write_flags, 1",
        "WriteIn, hasLockOwner, write_flags, 2",
        "WriteIn, killsSetIds, write_flags, 4",
        "ReleaseIn, flushes, release_flags, 1",
        "ReleaseIn, unlocksFlock, release_flags, 2",
        "FsyncIn, dataOnly, fsync_flags, 1",
        "LkIn, flock, lk_flags, 1",
        "PollIn, wantsNotify, flags, 1",
        "SetxattrExtIn, clearsSgid, setxattr_flags, 1",
        "SetupmappingIn, writable, flags, 1",
        "SetupmappingIn, readable, flags, 2",
    })
    void requestFlagIsItsOwnBitOnly(String view, String accessor, String field, long bit) throws Exception {
        var type = Class.forName("org.dpfs4j.wire." + view);
        var layout = (StructLayout) type.getField("LAYOUT").get(null);
        var head = RequestBytes.with(layout).segment();
        var request = type.getConstructor(MemorySegment.class).newInstance(head);
        var method = type.getMethod(accessor);

        RequestBytes.set(head, layout, Request.BODY, field, bit);
        assertThat(method.invoke(request)).isEqualTo(true);
        RequestBytes.set(head, layout, Request.BODY, field, ~bit);
        assertThat(method.invoke(request)).isEqualTo(false);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Attr,             ino,                    ino
            Attr,             sizeBytes,              size
            Attr,             blocks,                 blocks
            Attr,             mode,                   mode
            Attr,             linkCount,              nlink
            Attr,             uid,                    uid
            Attr,             gid,                    gid
            Attr,             rdev,                   rdev
            Attr,             blockBytes,             blksize
            Attr,             flags,                  flags
            BmapOut,          block,                  block
            CopyFileRangeOut, bytesCopied,            bytes_copied
            EntryOut,         nodeId,                 nodeid
            EntryOut,         generation,             generation
            GetxattrOut,      sizeBytes,              size
            InitOut,          major,                  major
            InitOut,          minor,                  minor
            InitOut,          maxReadaheadBytes,      max_readahead
            InitOut,          maxBackground,          max_background
            InitOut,          congestionThreshold,    congestion_threshold
            InitOut,          maxWriteBytes,          max_write
            InitOut,          timeGranularityNanos,   time_gran
            InitOut,          maxPages,               max_pages
            InitOut,          mapAlignment,           map_alignment
            InitOut,          maxStackDepth,          max_stack_depth
            InitOut,          requestTimeoutSeconds,  request_timeout
            IoctlOut,         result,                 result
            IoctlOut,         flags,                  flags
            IoctlOut,         inIovecs,               in_iovs
            IoctlOut,         outIovecs,              out_iovs
            LkOut,            start,                  lk.start
            LkOut,            end,                    lk.end
            LkOut,            type,                   lk.type
            LkOut,            pid,                    lk.pid
            LseekOut,         offset,                 offset
            OpenOut,          handle,                 fh
            OpenOut,          flags,                  open_flags
            OpenOut,          backingId,              backing_id
            OutHeader,        lengthBytes,            len
            OutHeader,        unique,                 unique
            PollOut,          events,                 revents
            Statfs,           type,                   f_type
            Statfs,           blockBytes,             f_bsize
            Statfs,           blocks,                 f_blocks
            Statfs,           freeBlocks,             f_bfree
            Statfs,           availableBlocks,        f_bavail
            Statfs,           files,                  f_files
            Statfs,           freeFiles,              f_ffree
            Statfs,           nameMax,                f_namelen
            Statfs,           fragmentBytes,          f_frsize
            Statfs,           flags,                  f_flags
            StatfsOut,        blocks,                 st.blocks
            StatfsOut,        freeBlocks,             st.bfree
            StatfsOut,        availableBlocks,        st.bavail
            StatfsOut,        files,                  st.files
            StatfsOut,        freeFiles,              st.ffree
            StatfsOut,        blockBytes,             st.bsize
            StatfsOut,        nameMax,                st.namelen
            StatfsOut,        fragmentBytes,          st.frsize
            Statx,            mask,                   stx_mask
            Statx,            blockBytes,             stx_blksize
            Statx,            attributes,             stx_attributes
            Statx,            attributesMask,         stx_attributes_mask
            Statx,            mode,                   stx_mode
            Statx,            linkCount,              stx_nlink
            Statx,            uid,                    stx_uid
            Statx,            gid,                    stx_gid
            Statx,            ino,                    stx_ino
            Statx,            sizeBytes,              stx_size
            Statx,            blocks,                 stx_blocks
            Statx,            rdevMajor,              stx_rdev_major
            Statx,            rdevMinor,              stx_rdev_minor
            Statx,            deviceMajor,            stx_dev_major
            Statx,            deviceMinor,            stx_dev_minor
            Statx,            mountId,                stx_mnt_id
            Statx,            directMemoryAlignment,  stx_dio_mem_align
            Statx,            directOffsetAlignment,  stx_dio_offset_align
            StatxOut,         flags,                  flags
            WriteOut,         sizeBytes,              size
            """)
    void structFieldIsFilledWholeAndNothingElse(String view, String accessor, String field) throws Exception {
        var type = Class.forName("org.dpfs4j.wire." + view);
        var layout = (StructLayout) type.getField("LAYOUT").get(null);
        var around = 8;
        var memory = MemorySegment.ofArray(new byte[Math.toIntExact(layout.byteSize()) + 2 * around]);
        var struct = type.getConstructor(MemorySegment.class, long.class).newInstance(memory, (long) around);
        var reader = type.getMethod(accessor);
        var value = expected(reader, RequestBytes.sizeOf(layout, field));

        assertThat(type.getMethod(accessor, reader.getReturnType()).invoke(struct, value))
                .isSameAs(struct);

        assertThat(reader.invoke(struct)).isEqualTo(value);
        var wanted = MemorySegment.ofArray(new byte[Math.toIntExact(memory.byteSize())]);
        RequestBytes.set(wanted, layout, around, field, PATTERN);
        assertThat(memory.mismatch(wanted)).isEqualTo(-1);
    }

    /** The pattern as an accessor of a field of that size returns it: no 32-bit size is ever negative as a long. */
    private static Object expected(Method accessor, int size) {
        long bits = size == Long.BYTES ? PATTERN : PATTERN & ((1L << (size * Byte.SIZE)) - 1);
        return accessor.getReturnType() == int.class ? (Object) (int) bits : (Object) bits;
    }
}
