package org.dpfs4j.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dpfs4j.config.Need;
import org.dpfs4j.config.Problem;
import org.dpfs4j.config.Section;
import org.dpfs4j.nfs.rpc.Tls;
import org.dpfs4j.nfsserver.TestAuthority;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the configuration says about TLS, and the files that it names. */
class EncryptionTest {
    @TempDir
    static Path folder;

    private final List<Problem> problems = new ArrayList<>();

    @BeforeAll
    static void makeFiles() throws Exception {
        var authority = new TestAuthority();
        authority.certificateFile(folder);
        authority.clientFiles(folder, "us");
        authority.clientFiles(folder, "them");
        Files.writeString(folder.resolve("empty"), "");
        Files.writeString(folder.resolve("text"), "trust everybody");
        Files.writeString(
                folder.resolve("cut.pem"),
                Files.readString(folder.resolve("us.pem")).substring(0, 200));
        Files.writeString(folder.resolve("odd.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Files.writeString(
                folder.resolve("locked.key"),
                Files.readString(folder.resolve("us.key")).replace("PRIVATE", "ENCRYPTED PRIVATE"));
        Files.createDirectory(folder.resolve("directory"));
    }

    private Tls read(Map<String, Object> keys) {
        var section = new Section("[backend.export]", keys, key -> 7, problems);
        var tls = Encryption.read(section, "nfs.example.org", 2049);
        section.reportUnknownKeys();
        return tls;
    }

    private static String at(String name) {
        return folder.resolve(name).toString();
    }

    private static Map<String, Object> mutual() {
        return new HashMap<>(Map.of(
                "xprtsec", "mtls", "tls-ca", at("ca.pem"), "tls-certificate", at("us.pem"), "tls-key", at("us.key")));
    }

    @Test
    void nothingIsEncryptedUnlessItIsWanted() {
        assertThat(read(Map.of())).isNull();
        assertThat(read(Map.of("xprtsec", "none"))).isNull();
        assertThat(problems).isEmpty();
    }

    @Test
    void aCertificateMustCarryTheNameOfTheServerOrTheOneThatIsGiven() {
        assertThat(read(Map.of("xprtsec", "tls")).name()).isEqualTo("nfs.example.org");
        assertThat(read(Map.of("xprtsec", "tls", "tls-name", "n1")).name()).isEqualTo("n1");
        assertThat(problems).isEmpty();
    }

    @Test
    void mutualTlsIsMadeOfThreeFiles() {
        assertThat(read(mutual())).isNotNull();
        assertThat(problems).isEmpty();
    }

    @Test
    void problemsLeaveNoBackend() {
        var keys = mutual();
        keys.putAll(Map.of("server", "nfs.example.org", "export", "/", "tls-ca", "relative.pem"));
        assertThat(new NfsProvider().configure(new Section("[backend.export]", keys, key -> 7, problems)))
                .isNull();
        assertThat(problems)
                .singleElement()
                .extracting(Problem::toString)
                .asString()
                .contains("tls-ca must be");
    }

    /** The process executes itself anew with fewer rights, and reads them again. */
    @Test
    void theFilesAreAmongWhatTheProcessNeeds() {
        var backend = new NfsBackend(Configs.of(2049, read(mutual())));
        assertThat(backend.needs())
                .contains(
                        new Need.Reading(folder.resolve("ca.pem")),
                        new Need.Reading(folder.resolve("us.pem")),
                        new Need.Reading(folder.resolve("us.key")));
    }

    @ParameterizedTest
    @CsvSource({"tls-certificate", "tls-key"})
    void mutualTlsNeedsWhoWeAre(String key) {
        var keys = mutual();
        keys.remove(key);
        read(keys);
        assertThat(problems)
                .singleElement()
                .extracting(Problem::toString)
                .asString()
                .contains(key + " is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "none, tls-ca, is for xprtsec = \"tls\" and \"mtls\" only",
        "none, tls-name, is for xprtsec = \"tls\" and \"mtls\" only",
        "none, tls-certificate, is for xprtsec = \"mtls\" only",
        "none, tls-key, is for xprtsec = \"mtls\" only",
        "tls, tls-certificate, is for xprtsec = \"mtls\" only",
        "tls, tls-key, is for xprtsec = \"mtls\" only"
    })
    void whoNamesFilesThatAreNotUsedIsTold(String wish, String key, String message) {
        read(Map.of("xprtsec", wish, key, at("us.key")));
        assertThat(problems)
                .singleElement()
                .extracting(Problem::toString)
                .asString()
                .contains(key + " " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "tls-ca, nowhere.pem, is not there",
        "tls-ca, empty, has no certificate",
        "tls-ca, text, has no certificate",
        "tls-ca, us.key, has no certificates in PEM",
        "tls-ca, cut.pem, has no certificates in PEM",
        "tls-ca, directory, is no regular file",
        "tls-certificate, text, has no certificate",
        "tls-key, nowhere.key, is not there",
        "tls-key, us.pem, has no PRIVATE KEY",
        "tls-key, locked.key, has no PRIVATE KEY",
        "tls-key, odd.key, is neither",
        "tls-key, them.key, is not the key of the certificate"
    })
    void aFileThatCannotBeUsedIsNamedWithItsKey(String key, String file, String message) {
        var keys = mutual();
        keys.put(key, at(file));
        read(keys);
        assertThat(problems)
                .singleElement()
                .extracting(Problem::toString)
                .asString()
                .contains("[backend.export] " + key + " " + message)
                .contains(at(file));
    }
}
