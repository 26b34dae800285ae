package org.dpfs4j.itest;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.dpfs4j.guest.KernelSource;
import org.dpfs4j.tck.posix.Place;
import org.dpfs4j.tck.posix.PosixKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The POSIX kit in guests, compared with a plain directory beside the share. */
class PosixIT {
    private static final String NO_INTERRUPT = "Linux' virtio-fs driver sends no INTERRUPT";

    /** What no guest can do. */
    private static final Map<String, String> KNOWN = Map.of(
            "aSignalEndsTheWaitForALock", NO_INTERRUPT,
            "aSignalEndsTheWaitForALockOfTheWholeFile", NO_INTERRUPT,
            "collapsingTakesARangeOut", "the guest's FUSE driver refuses FALLOC_FL_COLLAPSE_RANGE",
            "insertingMakesRoom", "the guest's FUSE driver refuses FALLOC_FL_INSERT_RANGE",
            "anImmutableFileStaysAsItIs", "the server leaves this flag to the operator of its machine",
            "anAppendOnlyFileOnlyGrows", "the server leaves this flag to the operator of its machine");

    private static final String SILENT = "Linux before 6.3 names no supplementary group of who makes a file";

    /** The rules in a guest of one kernel. */
    abstract static class InGuest extends PosixKit {
        private final KernelSource kernel;
        private PosixGuest guest;

        InGuest(KernelSource kernel) {
            this.kernel = kernel;
        }

        @BeforeAll
        void boot(@TempDir Path home) throws Exception {
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
            var gaps = new HashMap<>(KNOWN);
            if (kernel != KernelSource.DEBIAN_12) {
                gaps.put(
                        "trustedAttributesBelongToRoot",
                        "Linux since 6.12, which can map mounts, says not who asks for the list of attributes");
            }
            return gaps;
        }
    }

    @Nested
    class OnDebian13 extends InGuest {
        OnDebian13() {
            super(KernelSource.DEBIAN_13);
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "dpfs4j.all", matches = "true", disabledReason = "only with --all")
    class OnDebian12 extends InGuest {
        OnDebian12() {
            super(KernelSource.DEBIAN_12);
        }

        @Override
        protected Map<String, String> gaps() {
            var gaps = new HashMap<>(super.gaps());
            gaps.put("membersMakeSetGroupIdProgramsInTheDirectoryOfTheirGroup", SILENT);
            gaps.put("aMemberOfTenGroupsMakesSetGroupIdProgramsInTheDirectoryOfOne", SILENT);
            gaps.put("theTimeOfBirthStays", "Linux before 6.6 asks no FUSE server for times of birth");
            return gaps;
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "dpfs4j.all", matches = "true", disabledReason = "only with --all")
    class OnTheNewest extends InGuest {
        OnTheNewest() {
            super(KernelSource.NEWEST);
        }
    }
}
