package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dpfs4j.wire.Errno;
import org.junit.jupiter.api.Test;

class XattrMapTest {
    private static final String LONG_FORM = """
            /prefix/all/trusted./user.virtiofs./
            /bad/server//trusted./
            /bad/client/user.virtiofs.//
            /ok/all///
            """;

    private static void passes(XattrMap map, String guest, String host) {
        assertThat(map.toHost(guest)).isEqualTo(new XattrMap.HostName(null, host));
    }

    private static void refuses(XattrMap map, String guest, Errno why) {
        assertThat(map.toHost(guest)).isEqualTo(new XattrMap.HostName(why, null));
    }

    @Test
    void withoutRulesEveryNameIsTheSame() {
        passes(XattrMap.NONE, "trusted.a", "trusted.a");
        assertThat(XattrMap.NONE.hidden("trusted.a")).isZero();
        assertThat(XattrMap.NONE.capability()).isZero();
    }

    @Test
    void everythingCanLieUnderAPrefix() {
        for (var text : new String[] {":prefix:all::user.virtiofs.::bad:all:::", ":map::user.virtiofs.:"}) {
            var map = XattrMap.of(text);
            passes(map, "trusted.a", "user.virtiofs.trusted.a");
            passes(map, "user.virtiofs.a", "user.virtiofs.user.virtiofs.a");
            assertThat(map.hidden("user.virtiofs.trusted.a")).isEqualTo("user.virtiofs.".length());
            assertThat(map.hidden("user.a")).isNegative();
            assertThat(map.hidden("user.virtiofs.")).as("a name of nothing").isNegative();
        }
    }

    @Test
    void aMapIsShortForFourRules() {
        assertThat(XattrMap.of(":map:trusted.:user.virtiofs.:")).isEqualTo(XattrMap.of(LONG_FORM));

        var map = XattrMap.of(LONG_FORM);
        passes(map, "trusted.a", "user.virtiofs.trusted.a");
        passes(map, "user.a", "user.a");
        refuses(map, "user.virtiofs.trusted.a", Errno.EPERM);
        assertThat(map.hidden("trusted.a")).isNegative();
        assertThat(map.hidden("user.a")).isZero();
        assertThat(map.hidden("user.virtiofs.trusted.a")).isEqualTo("user.virtiofs.".length());
    }

    @Test
    void theFirstRuleThatMatchesDecidesAndTheRestIsRefused() {
        var map = XattrMap.of(":ok:client:user.a:: :unsupported:all:security.:security.: :bad:all:user.:user.:");

        passes(map, "user.ab", "user.ab");
        refuses(map, "user.b", Errno.EPERM);
        refuses(map, "security.selinux", Errno.EOPNOTSUPP);
        refuses(map, "trusted.a", Errno.EPERM);
        assertThat(map.hidden("security.selinux")).isNegative();
        assertThat(map.hidden("user.ab")).isNegative();
        assertThat(map.hidden("trusted.a")).isNegative();
    }

    /** The hole that a rule list without a "bad" rule has in virtiofsd. */
    @Test
    void nobodyReachesWhatLiesUnderAPrefixAroundIt() {
        var map = XattrMap.of(":prefix:all:trusted.:user.virtiofs.: :ok:all:::");

        passes(map, "trusted.a", "user.virtiofs.trusted.a");
        refuses(map, "user.virtiofs.trusted.a", Errno.EPERM);
        passes(map, "user.other", "user.other");
    }

    @Test
    void capabilitiesUnderAnotherNameAreOursToTakeAway() {
        assertThat(XattrMap.of(":map::user.virtiofs.:").capability()).isNotZero();
        assertThat(XattrMap.of(":map:security.:user.virtiofs.:").capability()).isNotZero();
        assertThat(XattrMap.of(":map:trusted.:user.virtiofs.:").capability()).isZero();
        assertThat(XattrMap.of(":bad:all:::").capability()).isZero();
    }

    @Test
    void whatIsNoRuleIsSaidSo() {
        assertThatThrownBy(() -> XattrMap.of("  ")).hasMessage("has no rule");
        assertThatThrownBy(() -> XattrMap.of(":ok:all:::  :okay:all:::"))
                .hasMessageContaining("rule 2")
                .hasMessageContaining("\"okay\"");
        assertThatThrownBy(() -> XattrMap.of(":ok:both:::")).hasMessageContaining("\"both\"");
        assertThatThrownBy(() -> XattrMap.of(":prefix:all:trusted.:user.vm."))
                .hasMessageContaining("rule 1 ends early")
                .hasMessageContaining("5 times ':'");
        assertThatThrownBy(() -> XattrMap.of(":map::user.a.: :ok:all:::"))
                .hasMessage("rule 1 is a map, and only the last rule can be one");
    }
}
