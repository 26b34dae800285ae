package org.dpfs4j.guest;

import java.nio.file.Path;
import java.util.List;

/**
 * A Linux kernel that can mount virtio-fs.
 *
 * @param source where it came from
 * @param release what {@code uname -r} will say
 * @param image the bootable image, or the program of a user-mode kernel
 * @param modules the modules to load before the mount, in order; empty if all is built in
 */
public record Kernel(KernelSource source, String release, Path image, List<Path> modules) {
    public Kernel {
        modules = List.copyOf(modules);
    }
}
