package org.dpfs4j.transport;

import org.dpfs4j.config.Section;

/** A kind of transport; found by {@link java.util.ServiceLoader}. */
public interface TransportProvider {
    /** The value of {@code type} in a device's {@code transport} table. */
    String type();

    /** Reads and checks the table; what is wrong is reported to the section, and the result is then not used. */
    Transport configure(Section section);
}
