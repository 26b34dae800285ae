package org.dpfs4j.app;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;

/**
 * What the user asked for, as sections, and what is wrong with it.
 *
 * @param root the whole configuration
 * @param problems those found while reading; everybody who reads a section adds to them
 * @param place how messages call the line of a problem, such as {@code dpfs4j.toml:7: }
 * @param certain whether a problem is one for sure, although parts of the text could not be read
 */
record Settings(Section root, List<Problem> problems, IntFunction<String> place, Predicate<Problem> certain) {

    /** Ends the command when something is wrong, with everything that is, in the order of the text. */
    void refuseProblems() throws Failure {
        var wrong = new ArrayList<>(problems);
        wrong.removeIf(certain.negate());
        if (!wrong.isEmpty()) {
            wrong.sort(Comparator.comparingInt(Problem::line));
            var sentences = wrong.stream()
                    .map(problem -> place.apply(problem.line()) + problem.message())
                    .distinct()
                    .toList();
            throw Failure.wrong(sentences, null);
        }
    }
}
