package org.dpfs4j.app;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** As {@link PosixMountTest}, without io_uring. */
@EnabledIfSystemProperty(named = "dpfs4j.all", matches = "true", disabledReason = "only with --all")
class PosixMountOnEpollTest extends PosixMountTest {
    @Override
    protected String io() {
        return "epoll";
    }
}
