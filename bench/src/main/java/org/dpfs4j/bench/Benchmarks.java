package org.dpfs4j.bench;

import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the JMH benchmarks and shows bytes per request beside the time. Arguments are JMH's own; {@code -h} lists them. */
public final class Benchmarks {
    private static final int ITERATIONS = 3;

    private Benchmarks() {}

    /** Runs the benchmarks whose names match the arguments, or all. */
    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException, IOException {
        var given = new CommandLineOptions(arguments);
        if (given.shouldHelp() || given.shouldList()) {
            var runner = new Runner(given);
            if (given.shouldHelp()) {
                given.showHelp();
            } else {
                runner.list();
            }
            return;
        }
        var builder = new OptionsBuilder().parent(given).addProfiler(GCProfiler.class);
        builder.jvmArgsAppend("--enable-native-access=ALL-UNNAMED")
                .forks(given.getForkCount().orElse(1))
                .warmupIterations(given.getWarmupIterations().orElse(ITERATIONS))
                .measurementIterations(given.getMeasurementIterations().orElse(ITERATIONS))
                .warmupTime(given.getWarmupTime().orElse(TimeValue.seconds(1)))
                .measurementTime(given.getMeasurementTime().orElse(TimeValue.seconds(1)));
        if (given.getIncludes().isEmpty()) {
            List.of(
                            IovecsBenchmark.class,
                            PipelineBenchmark.class,
                            TransportBenchmark.class,
                            ProviderBenchmark.class,
                            NfsBenchmark.class)
                    .forEach(each -> builder.include(each.getSimpleName()));
        }
        new Runner(builder.build()).run();
    }
}
