package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;

import org.dpfs4j.io.Syscalls;
import org.junit.jupiter.api.Test;

class DescriptorBudgetTest {
    private static final BudgetConfig ANY = BudgetConfig.DEFAULT;

    private final DescriptorBudget budget = new DescriptorBudget(12_000);
    private final FileCalls calls = new FileCalls(new Syscalls());

    private static int openAll(DescriptorBudget.Account account) {
        var opened = 0;
        while (account.holdOpen()) {
            opened++;
        }
        return opened;
    }

    private static int pinAll(DescriptorBudget.Account account) {
        var pinned = 0;
        while (account.pin()) {
            pinned++;
        }
        return pinned;
    }

    @Test
    void whateverOneDeviceHoldsTheNextHasItsPart() {
        var greedy = budget.open(ANY, calls);
        var first = openAll(greedy);
        var second = openAll(budget.open(ANY, calls));
        var third = openAll(budget.open(ANY, calls));

        assertThat(first).isEqualTo(9000 / 2 / 2);
        assertThat(second).isGreaterThanOrEqualTo(first / 2 - 1);
        assertThat(third).isGreaterThanOrEqualTo(second / 2 - 1);
        greedy.close();
        assertThat(openAll(budget.open(ANY, calls))).isGreaterThan(first / 2);
    }

    @Test
    void filesCanBeOpenedThoughNodesHoldAllTheyMay() {
        var account = budget.open(ANY, calls);
        assertThat(pinAll(account)).isGreaterThan(3000);
        assertThat(openAll(account)).isGreaterThan(100);
    }

    @Test
    void whatIsOnlyKeptReadyLeavesMostToTheRest() {
        var account = budget.open(ANY, calls);
        var ready = 0;
        while (account.holdReady()) {
            ready++;
        }
        assertThat(ready).isBetween(1000, 9000 / 4);
        assertThat(openAll(account)).isGreaterThan(1000);
        assertThat(account.holdReady()).isFalse();
        for (int i = 0; i < ready; i++) {
            account.releaseReady();
        }
        assertThat(openAll(account)).isGreaterThan(100);
    }

    @Test
    void whatIsCachedIsSharedEqually() {
        var limits = new BudgetConfig(10, 10, 2000, FileHandles.PREFER);
        var trimmed = new int[1];
        var one = budget.open(limits, calls);
        one.trimmedBy(ours -> trimmed[0]++);
        assertThat(one.cachedMax()).isEqualTo(2000);
        var two = budget.open(limits, calls);
        assertThat(one.cachedMax()).isEqualTo(1500);
        assertThat(two.cachedMax()).isEqualTo(1500);
        assertThat(trimmed[0]).isEqualTo(1);
        two.close();
        assertThat(one.cachedMax()).isEqualTo(2000);
    }

    @Test
    void aDeviceThatIsGoneGivesNothingBackTwice() {
        var gone = budget.open(ANY, calls);
        openAll(gone);
        gone.close();
        gone.releaseOpen();
        gone.close();
        assertThat(gone.holdOpen()).isFalse();
        assertThat(openAll(budget.open(ANY, calls))).isEqualTo(9000 / 2 / 2);
    }
}
