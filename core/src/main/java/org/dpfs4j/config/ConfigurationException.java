package org.dpfs4j.config;

import java.io.IOException;
import java.io.Serial;

/** What a configuration names is not there or not what it should be, as only trying shows; in one sentence for the operator. */
public class ConfigurationException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With the sentence. */
    public ConfigurationException(String sentence) {
        super(sentence);
    }
}
