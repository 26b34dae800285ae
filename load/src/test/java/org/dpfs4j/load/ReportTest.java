package org.dpfs4j.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void theTableSetsTheFirstServerAgainstEachOther() {
        assertThat(Report.table(List.of(SpreadTest.result())))
                .anyMatch(line -> line.matches("randread-4k-qd16 +ours +2000 .*"))
                .anyMatch(line -> line.matches(" +theirs +750\\.?0? .*"))
                .anyMatch(line -> line.matches(" +ours/theirs: ops/s 2\\.50 \\(2\\.00\\.\\.3\\.00\\) .*"))
                .anyMatch(line -> line.matches(" +ours/floor: ops/s 0\\.25 .*"));
    }

    @Test
    void aFailureIsInTheTable() {
        var side = new CaseResult.Side("gone");
        side.fail("the server has closed the connection");
        var which = Case.named("nop", new Case.Defaults(4096, 1, false, false));
        var result = new CaseResult(which, List.of(side), new CaseResult.Side("floor"));
        assertThat(result.failed()).isTrue();
        assertThat(Report.table(List.of(result)))
                .anyMatch(line -> line.matches("nop-qd1 +gone +FAILED: the server has closed the connection"));
    }

    @Test
    void jsonHasEveryRoundAndNullForWhatIsNotKnown() {
        var second = Duration.ofSeconds(1);
        var plan = new Bench.Plan(List.of(), 1, 1024, true, second, second, 2, 4096, null, false, null);
        var server = Contestant.running("ours", Path.of("/a \"b\"\n"), 0);
        var text = Json.of(plan, List.of(server), List.of(SpreadTest.result()));
        assertThat(text)
                .contains("\"ring\": \"packed\"", "\"what\": \"/a \\\"b\\\"\\u000a\"", "\"opsPerSecond\": 3000,")
                .contains("\"name\": \"randread-4k-qd16\"", "\"p99.9\": 333.567", "\"to\": \"theirs\"")
                .contains("\"failure\": null")
                .doesNotContain("NaN");
        assertThat(text.chars().filter(c -> c == '{').count())
                .isEqualTo(text.chars().filter(c -> c == '}').count());
    }
}
