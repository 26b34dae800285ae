package org.dpfs4j.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.Test;

class IdMapTest {
    private static IdMap map(String... rules) {
        return IdMap.of(List.of(rules));
    }

    @Test
    void whatNoRuleNamesStaysItself() {
        for (var map : List.of(IdMap.IDENTITY, map("guest:5:10:1"))) {
            assertThat(map.toHost(7)).isEqualTo(7);
            assertThat(map.toHost(-2)).isEqualTo(0xFFFF_FFFEL);
            assertThat(map.toGuest(-2)).isEqualTo(-2);
        }
        assertThat(IdMap.IDENTITY.isIdentity()).isTrue();
    }

    @Test
    void rangesGoOneByOneEachInItsDirection() {
        var guest = map("guest:0:1000:10");
        assertThat(guest.toHost(0)).isEqualTo(1000);
        assertThat(guest.toHost(9)).isEqualTo(1009);
        assertThat(guest.toHost(10)).isEqualTo(10);
        assertThat(guest.toGuest(1000)).isEqualTo(1000);

        var host = map("host:1000:0:10");
        assertThat(host.toGuest(1009)).isEqualTo(9);
        assertThat(host.toHost(9)).isEqualTo(9);

        var both = map("map:0:1000:10");
        assertThat(both.toHost(3)).isEqualTo(1003);
        assertThat(both.toGuest(1003)).isEqualTo(3);
    }

    @Test
    void squashedRangesAreOneId() {
        var map = map("squash-guest:0:107:4294967295", "squash-host:0:1000:65536");
        assertThat(map.toHost(0)).isEqualTo(107);
        assertThat(map.toHost(-2)).isEqualTo(107);
        assertThat(map.toGuest(65535)).isEqualTo(1000);
        assertThat(map.toGuest(65536)).isEqualTo(65536);
    }

    @Test
    void forbiddenIdsHaveNoMeaning() {
        var map = map("forbid-guest:0:1000");
        assertThat(map.toHost(999)).isEqualTo(IdMap.FORBIDDEN);
        assertThat(map.toHost(1000)).isEqualTo(1000);
        assertThat(map.toGuest(0)).isZero();
        assertThat(map.forbids()).isTrue();
        assertThat(map("map:0:1:2").forbids()).isFalse();
    }

    @Test
    void theIdThatIsNoneStaysNone() {
        var map = map("squash-guest:0:107:4294967295", "squash-host:0:107:4294967295");
        assertThat((int) map.toHost(Protocol.INVALID_ID)).isEqualTo(Protocol.INVALID_ID);
        assertThat(map.toGuest(Protocol.INVALID_ID)).isEqualTo(Protocol.INVALID_ID);
    }

    @Test
    void anyOtherCharacterSeparatesToo() {
        assertThat(map("MAP/0/1000/10")).isEqualTo(map("map:0:1000:10"));
    }

    @Test
    void whatIsNoRuleIsSaidSo() {
        assertThatThrownBy(() -> map("guest")).hasMessageContaining("\"guest\"");
        assertThatThrownBy(() -> map("user:0:1:1")).hasMessageContaining("must begin with");
        assertThatThrownBy(() -> map("guest:0:1")).hasMessageContaining("needs 3 numbers");
        assertThatThrownBy(() -> map("forbid-guest:0:1:2")).hasMessageContaining("needs 2 numbers");
        assertThatThrownBy(() -> map("guest:0:x:1")).hasMessageContaining("numbers from 0");
        assertThatThrownBy(() -> map("guest:0:-1:1")).hasMessageContaining("numbers from 0");
        assertThatThrownBy(() -> map("guest:0:1:0")).hasMessageContaining("must name ids");
        assertThatThrownBy(() -> map("guest:1:0:4294967295")).hasMessageContaining("must name ids");
        assertThatThrownBy(() -> map("guest:0:4294967295:1")).hasMessageContaining("must name ids");
        assertThatThrownBy(() -> map("squash-guest:0:4294967295:1")).hasMessageContaining("must name ids");
        assertThatThrownBy(() -> map("guest:0:4294967290:10")).hasMessageContaining("must name ids");
        assertThatThrownBy(() -> map("guest:0:10:5", "squash-guest:4:10:5")).hasMessageContaining("before it");
    }
}
