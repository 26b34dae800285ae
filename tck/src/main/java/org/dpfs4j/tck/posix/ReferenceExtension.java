package org.dpfs4j.tck.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Plays a rule in the reference place first, where there is one, and then in the place under test. Both must keep the rule,
 * and every call must have had the same answer.
 */
final class ReferenceExtension implements InvocationInterceptor {
    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        var kit = (PosixKit) context.getRequiredTestInstance();
        if (kit.reference() == null) {
            kit.play(kit.place(), invocation::proceed);
            return;
        }
        TestAbortedException missing = null;
        List<String> expected;
        try {
            expected = kit.play(
                    kit.reference(),
                    () -> invoke(invocationContext.getExecutable(), context.getRequiredTestInstance()));
        } catch (TestAbortedException aborted) {
            missing = aborted;
            expected = kit.lastTranscript();
        }
        List<String> seen;
        try {
            seen = kit.play(kit.place(), invocation::proceed);
        } catch (TestAbortedException aborted) {
            assertThat(kit.lastTranscript())
                    .as("answers, compared with the reference")
                    .isEqualTo(expected);
            throw aborted;
        }
        assertThat(seen).as("answers, compared with the reference").isEqualTo(expected);
        if (missing != null) {
            throw missing;
        }
    }

    private static void invoke(Method rule, Object kit) throws Throwable {
        try {
            rule.invoke(kit);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof TestAbortedException
                    ? e.getCause()
                    : new AssertionError("on the reference: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
