package org.dpfs4j.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The floor plan of docs/ARCHITECTURE.md, section 1: who may import whom. Arrows go one way. */
class FloorPlanTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.dpfs4j");

    /** One row of the plan: a package and what it may import from the house; itself and libraries are always allowed. */
    record Room(String name, List<String> mayImport) {
        String[] allowed() {
            return Stream.concat(Stream.of(name), mayImport.stream())
                    .map(FloorPlanTest::inside)
                    .toArray(String[]::new);
        }

        @Override
        public String toString() {
            return name + " may import " + mayImport;
        }
    }

    private static Room room(String name, String... mayImport) {
        return new Room(name, List.of(mayImport));
    }

    private static String inside(String name) {
        return "org.dpfs4j." + name + "..";
    }

    private static List<Room> plan() {
        return List.of(
                // core, from the ground up
                room("memory"),
                room("config"),
                room("metrics"),
                room("io", "memory", "config", "metrics"),
                room("wire", "memory"),
                room("fs", "wire", "memory", "io", "config", "metrics"),
                room("transport", "memory", "io", "config", "metrics"),
                room("fuse", "fs", "wire", "transport", "memory", "io", "metrics"),

                // transports: never fuse, never fs
                room("vhostuser", "transport", "memory", "io", "config", "metrics"),
                room("devfuse", "transport", "memory", "io", "config", "metrics"),
                room("snap", "transport", "memory", "io", "config", "metrics"),

                // the driver's side, for the demonstration, load and tests: nothing of the server but its ground and
                // words
                room("client", "wire", "memory", "io"),
                room("load", "client", "wire", "memory", "io"),

                // the demonstration's and the tests' guests: nothing of the product
                room("guest"),

                // backends: never transport, never fuse, never each other
                room("uring", "fs", "wire", "memory", "io", "config", "metrics"),
                room("nfs", "fs", "wire", "memory", "io", "config", "metrics"),
                room("template", "fs", "wire", "memory", "io", "config", "metrics"));
    }

    /** The one that knows everybody. The TCK, itest and bench are not in the product: their arrows are Maven's. */
    private static final String ASSEMBLY = "app";

    /** On the class path of these tests, which use it. */
    private static final String KIT = "tck";

    @ParameterizedTest
    @MethodSource("plan")
    void importsOnlyWhatThePlanAllows(Room room) {
        classes()
                .that()
                .resideInAPackage(inside(room.name()))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(room.allowed()).or(resideOutsideOfPackage("org.dpfs4j..")))
                .because("docs/ARCHITECTURE.md, section 1, says: " + room)
                .allowEmptyShould(true) // a planned room may still be empty
                .check(HOUSE);
    }

    @Test
    void everyPackageHasItsPlace() {
        var planned = new TreeSet<>(List.of(ASSEMBLY, KIT));
        plan().forEach(room -> planned.add(room.name()));
        var found = new TreeSet<String>();
        HOUSE.forEach(type -> found.add(type.getPackageName().split("\\.")[2]));
        assertThat(found).isSubsetOf(planned);
    }
}
