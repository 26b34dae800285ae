package org.dpfs4j.tck.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the kit as a whole, with the reason, where it cannot act as several users or its agent cannot be compiled. */
final class RootAndCompiler implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        try {
            if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
                return ConditionEvaluationResult.disabled("not root, so the POSIX rules cannot act as several users");
            }
        } catch (IOException | UnsupportedOperationException e) {
            return ConditionEvaluationResult.disabled("no Linux, so there is nothing to play POSIX rules on");
        }
        var path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(":", -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")))
                ? ConditionEvaluationResult.enabled("root and gcc are there")
                : ConditionEvaluationResult.disabled(
                        "no C compiler (gcc), so the agent of the POSIX kit cannot be built");
    }
}
