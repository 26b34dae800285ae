package org.dpfs4j.devfuse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.dpfs4j.memory.Limits;

/**
 * A mount as configured.
 *
 * @param mountPoint the directory that it covers
 * @param allowOther whether other users than the one who mounts may use it
 * @param readOnly whether the kernel refuses every change
 * @param fsName what {@code mount} and {@code df} call the source; the device's tag when it is empty
 * @param subtype what they call the kind: {@code fuse.} and this
 * @param queues connections that requests are read from; 0 for one on each lane
 * @param options what else mount(8) knows
 */
public record DevFuseConfig(
        Path mountPoint,
        boolean allowOther,
        boolean readOnly,
        Optional<String> fsName,
        String subtype,
        int queues,
        MountOptions options) {
    static final String SUBTYPE = "dpfs4j";

    /** A kind's name stands in a list of options of one page. */
    private static final int SUBTYPE_BYTES = 255;

    public DevFuseConfig {
        if (!mountPoint.isAbsolute()) {
            throw new IllegalArgumentException("mount-point must be an absolute path: " + mountPoint);
        }
        fsName.ifPresent(name -> check("fs-name", name, Limits.PATH_BYTES - 1));
        check("subtype", subtype, SUBTYPE_BYTES);
        if (subtype.indexOf(',') >= 0 || subtype.indexOf('\\') >= 0) {
            throw new IllegalArgumentException("subtype may not contain commas and backslashes: \"" + subtype + "\"");
        }
        if (queues < 0 || queues > Limits.REQUEST_QUEUES) {
            throw new IllegalArgumentException("queues must be from 1 to " + Limits.REQUEST_QUEUES + ": " + queues);
        }
    }

    private static void check(String key, String name, int bytesMax) {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > bytesMax) {
            throw new IllegalArgumentException(key + " must have from 1 to " + bytesMax + " bytes: \"" + name + "\"");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + " may not contain control characters");
        }
    }

    /** A mount at {@code mountPoint} with everything else as it is by default. */
    public static DevFuseConfig at(Path mountPoint) {
        return new DevFuseConfig(mountPoint, false, false, Optional.empty(), SUBTYPE, 0, MountOptions.DEFAULT);
    }
}
