package org.dpfs4j.load;

import java.nio.charset.StandardCharsets;

/** Names as bytes of a request. */
final class Names {
    private Names() {}

    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
