package org.dpfs4j.tck;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Lets a rule that is declared as a gap fail, seen as a skipped test with its reason, and lets it not pass: a gap that is
 * closed is to be taken out of the declaration.
 */
public final class GapExtension implements InvocationInterceptor, BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        var unknown = new TreeSet<>(gaps(context).keySet());
        unknown.removeAll(Arrays.stream(context.getRequiredTestClass().getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .collect(Collectors.toSet()));
        if (!unknown.isEmpty()) {
            throw new AssertionError("gaps() names rules that do not exist: " + unknown);
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation,
            ReflectiveInvocationContext<Method> invocationContext,
            ExtensionContext context)
            throws Throwable {
        var rule = invocationContext.getExecutable().getName();
        var reason = gaps(context).get(rule);
        if (reason == null) {
            invocation.proceed();
            return;
        }
        try {
            invocation.proceed();
        } catch (TestAbortedException aborted) {
            throw aborted;
        } catch (Throwable expected) {
            declaration(context).forgive();
            throw new TestAbortedException("declared gap: " + reason, expected);
        }
        throw new AssertionError("gap closed: " + rule + " passes, take it out of gaps() (\"" + reason + "\")");
    }

    private static Map<String, String> gaps(ExtensionContext context) {
        return declaration(context).declaredGaps();
    }

    private static Gaps declaration(ExtensionContext context) {
        return (Gaps) context.getRequiredTestInstance();
    }
}
