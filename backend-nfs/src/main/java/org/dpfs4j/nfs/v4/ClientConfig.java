package org.dpfs4j.nfs.v4;

import java.time.Duration;
import org.dpfs4j.nfs.rpc.Credential;

/**
 * How a client presents itself to a server.
 *
 * @param owner the name that the server knows this client by, the same after a restart, and nobody else's
 * @param machine who asks for what no user asks for
 * @param minorMax the newest minor version to try, 1 or 2
 * @param requestBytes the largest request that is wanted
 * @param replyBytes the largest reply that is wanted
 * @param patience how long a request waits for a server that is not there; zero: for ever
 */
public record ClientConfig(
        String owner, Credential machine, int minorMax, int requestBytes, int replyBytes, Duration patience) {}
