package org.dpfs4j.snap;

import java.io.Serial;
import org.dpfs4j.config.ConfigurationException;

/** A provider that cannot be used, in one sentence for the operator; it names the library. */
public final class ProviderException extends ConfigurationException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With the sentence. */
    ProviderException(String sentence) {
        super(sentence);
    }
}
