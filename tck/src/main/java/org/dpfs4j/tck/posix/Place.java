package org.dpfs4j.tck.posix;

import java.io.Closeable;
import java.io.IOException;

/**
 * Where rules are played.
 *
 * @param agent does the calls
 * @param base an absolute path there, an existing directory that belongs to root and that everybody may search
 */
public record Place(Agent agent, String base) implements Closeable {
    World world() {
        return new World(agent, base);
    }

    @Override
    public void close() throws IOException {
        agent.close();
    }
}
