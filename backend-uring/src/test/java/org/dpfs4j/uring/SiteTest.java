package org.dpfs4j.uring;

import org.dpfs4j.tck.Client;
import org.dpfs4j.wire.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules that hold on every {@link Ground}, each on a tree of its own. */
@ParameterizedClass
@EnumSource(Ground.class)
class SiteTest {
    static final long ROOT = Protocol.ROOT_ID;

    @Parameter
    Ground ground;

    Ground.Site site;
    Client client;

    @BeforeEach
    void open() {
        site = ground.open();
        client = site.client;
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }
}
