package org.dpfs4j.itest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dpfs4j.nfsserver.Export;
import org.dpfs4j.nfsserver.Ganesha;
import org.dpfs4j.tck.posix.Agent;
import org.dpfs4j.tck.posix.AgentProgram;
import org.dpfs4j.tck.posix.Place;
import org.dpfs4j.tck.posix.PosixKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The POSIX kit on a mount of an NFS server's export, compared with a plain directory of this machine. Public, for the kit calls the
 * rules that are replaced here.
 */
public class NfsPosixIT extends PosixKit {
    private static final List<String> NAMELESS = List.of(
            "aFileWithoutNameGetsOneByALink",
            "aFileWithoutNameIsMadeInWritableDirectoriesOnly",
            "aFileWithoutNameThatIsExclusiveGetsNone");
    private static final List<String> EXCHANGES = List.of(
            "aWhiteoutStaysWhereAFileWas", "exchangeAcrossDirectoriesMovesTheirLinkCounts", "exchangeSwapsAnyTwo");
    private static final List<String> ATTRIBUTES = List.of(
            "aChangedListTakesAStrangersSetGroupIdBit",
            "aDefaultListIsInheritedAndReplacesTheUmask",
            "anAccessListNamesUsersAndGroups",
            "anAccessListThatIsJustTheModeIsTheMode",
            "attributesAreSetReadListedAndRemoved",
            "attributesOfDirectoriesAndOpenFilesWork",
            "capabilitiesOfAProgramAreLostByWriting",
            "creatingAndReplacingAreDifferent",
            "everyByteMayStandInAValue",
            "namesAndValuesHaveLimits",
            "settingAnAttributeMarksTheChangeTime",
            "sizesAreAskedForAndRoomIsChecked",
            "trustedAttributesBelongToRoot",
            "userAttributesBelongToFilesAndDirectoriesOnly",
            "userAttributesFollowThePermissions");
    private static final List<String> FLAGS =
            List.of("anAppendOnlyFileOnlyGrows", "anImmutableFileStaysAsItIs", "flagsOfFilesAreReadAndSet");
    private static final List<String> TRUNCATIONS =
            List.of("truncatingOnCreationTakesSetIdBits", "truncatingOnOpenTakesSetIdBits", "truncatingTakesSetIdBits");
    private static final List<String> OWNERS =
            List.of("aGroupOfTheOwnerKeepsTheSetGroupIdBit", "changingTheOwnerKeepsTheBitsOfDirectories");
    private static final List<String> ORPHANS =
            List.of("aRemovedOpenDirectoryIsEmptyAndTakesNothing", "aRemovedWorkingDirectoryTakesNothing");
    private static final List<String> RANGES = List.of(
            "allocatingGrowsAndReserves", "collapsingTakesARangeOut", "insertingMakesRoom", "zeroingWritesZeros");

    private Ganesha ganesha;
    private MountServer mount;
    private Place place;
    private Place reference;

    @BeforeAll
    void mountIt(@TempDir Path home) throws IOException, InterruptedException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root mounts");
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/fuse")), "there is no /dev/fuse");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        var program = AgentProgram.compiled(home);
        ganesha = Ganesha.start(Files.createDirectory(home.resolve("nfs")));
        var beside = Files.createDirectory(home.resolve("beside"));
        Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rwxr-xr-x"));
        mount = MountServer.start(
                home,
                "one",
                Backing.nfs(ganesha.address(), ganesha.path(Export.VFS))
                        .with("groups = [\"%1$d:%3$d\", \"%2$d:%3$d\"]".formatted(ALICE, CAROL, TEAM)));
        place = new Place(Agent.local(program), mount.mount().toString());
        reference = new Place(Agent.local(program), beside.toString());
    }

    @AfterAll
    void unmountIt() throws IOException {
        if (mount != null) {
            mount.close();
        }
        if (ganesha != null) {
            ganesha.close();
        }
    }

    @Override
    protected Place place() {
        return place;
    }

    @Override
    protected Place reference() {
        return reference;
    }

    @Override
    @Test
    public void twoThatWaitForEachOtherAreADeadlock() {
        Assumptions.abort("nobody knows of all waits: servers do not look for circles");
    }

    @Override
    @Test
    public void whatIsMadeHasTheTimeOfItsMaking() {
        Assumptions.abort("NFS-Ganesha makes a file and then gives it to its owner, within the same moment or not");
    }

    @Override
    protected Map<String, String> gaps() {
        var gaps = new HashMap<String, String>();
        because("NFS has no files without names", gaps, NAMELESS);
        because("NFS exchanges no names, and makes no whiteouts", gaps, EXCHANGES);
        because("NFS-Ganesha has no extended attributes, and no lists of access that Linux knows", gaps, ATTRIBUTES);
        because("NFS has no flags of files", gaps, FLAGS);
        because("NFS-Ganesha leaves set-id bits to those who truncate", gaps, TRUNCATIONS);
        because("NFS-Ganesha takes set-id bits away with a change of the owner, whatever has them", gaps, OWNERS);
        because("a server forgets a directory with its name", gaps, ORPHANS);
        because("NFS has no such operation, or NFS-Ganesha has not", gaps, RANGES);
        gaps.put(
                "entriesAreReachedThroughSearchableDirectoriesOnly",
                "a server tells no types where it lets nobody search");
        gaps.put("anOpenFileStaysOpenWhenRightsAreTaken", "a server asks for rights whenever a file is written");
        gaps.put(
                "everyOtherKindOfNodeHasHardLinks",
                "NFS-Ganesha cannot look at a socket one of whose names was removed");
        gaps.put("timesAreSetToTheNanosecond", "NFS-Ganesha takes times for a link, and keeps its own");
        gaps.put("timesOfALinkAreItsOwn", "NFS-Ganesha takes times for a link, and keeps its own");
        gaps.put("theTimeOfBirthStays", "NFS-Ganesha knows no times of birth");
        gaps.put("aLockInTheWayIsShown", "NFS-Ganesha does not make a lock weaker that grows at the same time");
        gaps.put("theTwoKindsOfLocksDoNotMeet", "a server has one kind of locks");
        gaps.put(
                "aLockOfTheWholeFileBelongsToTheDescription",
                "a server locks for writing only what is open for writing");
        return gaps;
    }

    private static void because(String reason, Map<String, String> gaps, List<String> rules) {
        rules.forEach(rule -> gaps.put(rule, reason));
    }
}
