package org.dpfs4j.itest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.tck.posix.Place;
import org.dpfs4j.tck.posix.PosixKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The POSIX kit in guests, compared with a plain directory beside the share. */
class PosixIT {
    /** The rules in a guest of one kernel. */
    abstract static class InGuest extends PosixKit {
        private final KernelSource kernel;
        private PosixGuest guest;

        InGuest(KernelSource kernel) {
            this.kernel = kernel;
        }

        @BeforeAll
        void boot(@TempDir Path home) throws Exception {
            Assumptions.assumeTrue(
                    (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                    "not root, so the rules cannot act as several users");
            guest = PosixGuest.boot(home, kernel);
        }

        @AfterAll
        void end() throws Exception {
            if (guest != null) {
                try (var ending = guest) {
                    ending.end();
                }
            }
        }

        @Override
        protected Place place() {
            return guest == null ? null : guest.place();
        }

        @Override
        protected Place reference() {
            return guest == null ? null : guest.reference();
        }

        @Override
        protected Map<String, String> gaps() {
            return new HashMap<>();
        }
    }

    @Nested
    class OnDebian13 extends InGuest {
        OnDebian13() {
            super(KernelSource.DEBIAN_13);
        }
    }

    /** Only when every combination is wanted. */
    @Nested
    class OnDebian12 extends InGuest {
        OnDebian12() {
            super(KernelSource.DEBIAN_12);
        }

        @Override
        @BeforeAll
        void boot(@TempDir Path home) throws Exception {
            Assumptions.assumeTrue(Boolean.getBoolean("dpfs4j.all"), "only with --all");
            super.boot(home);
        }
    }

    /** Only when every combination is wanted. */
    @Nested
    class OnTheNewest extends InGuest {
        OnTheNewest() {
            super(KernelSource.NEWEST);
        }

        @Override
        @BeforeAll
        void boot(@TempDir Path home) throws Exception {
            Assumptions.assumeTrue(Boolean.getBoolean("dpfs4j.all"), "only with --all");
            super.boot(home);
        }
    }
}
