package org.dpfs4j.uring;

import org.dpfs4j.config.Section;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.fs.BackendProvider;

/** Makes backends of type "uring". */
public final class UringProvider implements BackendProvider {
    /** For {@link java.util.ServiceLoader}. */
    public UringProvider() {}

    @Override
    public String type() {
        return "uring";
    }

    @Override
    public Backend configure(Section section) {
        return new UringBackend(UringConfig.read(section));
    }
}
