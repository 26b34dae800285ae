package org.dpfs4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code serve} was asked for.
 *
 * @param given by options; nothing where there is a file
 * @param config the file that says it; null: the options do
 */
record Serving(ShortForm given, Path config) {
    /** The words that Kata's runtime waits for on standard error. */
    private static final String LISTENING = "Waiting for vhost-user socket connection";

    /** Empty when these do not say what to serve, or say it twice. */
    static Optional<Serving> of(ShortForm given, Path config) {
        var complete = config == null
                ? given.has(DirectoryOption.SHARED_DIR)
                        && given.has(DirectoryOption.SOCKET_PATH) != given.has(DirectoryOption.FD)
                : given.isEmpty();
        return complete ? Optional.of(new Serving(given, config)) : Optional.empty();
    }

    /** The settings that this means. */
    Settings settings() throws Failure {
        return config == null ? given.settings() : SettingsFile.read(config);
    }

    /**
     * Serves to the end.
     *
     * @param ownsProcess whether the process may be isolated, which replaces it
     * @param err where it is said that everything can be used
     */
    void run(boolean ownsProcess, PrintWriter err) throws Failure {
        var assembly = Assembly.of(settings(), Providers.found());
        assembly.logging().apply();
        Runnable whenReady = () -> {
            given.sayIgnored();
            err.println(LISTENING);
        };
        if (ownsProcess) {
            Foreground.isolate(assembly, config, whenReady);
        } else {
            Foreground.serve(assembly, whenReady);
        }
    }
}
