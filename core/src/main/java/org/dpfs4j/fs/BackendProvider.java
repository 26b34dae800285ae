package org.dpfs4j.fs;

import org.dpfs4j.config.Section;

/** A kind of backend; found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** The value of {@code type} in a {@code [backend.NAME]} table. */
    String type();

    /** Reads and checks the table; what is wrong is reported to the section, and the result is then not used. */
    Backend configure(Section section);
}
