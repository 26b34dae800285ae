package org.dpfs4j.snap;

import java.io.IOException;
import java.io.Serial;

/** A provider that cannot be used, in one sentence for the operator; it names the library. */
public final class ProviderException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With the sentence. */
    ProviderException(String sentence) {
        super(sentence);
    }
}
