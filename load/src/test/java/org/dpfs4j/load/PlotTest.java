package org.dpfs4j.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void drawWithoutScreen() {
        System.setProperty("java.awt.headless", "true");
    }

    private static CaseResult alone() {
        var result = SpreadTest.result();
        return new CaseResult(result.which(), result.sides().subList(0, 1), new CaseResult.Side("floor"));
    }

    private static CaseResult failed() {
        var side = new CaseResult.Side("gone");
        side.fail("gone");
        return new CaseResult(SpreadTest.result().which(), List.of(side), new CaseResult.Side("floor"));
    }

    @Test
    void aPngIsAPicture() throws Exception {
        var file = folder.resolve("a.png");
        Plot.write(file, List.of(SpreadTest.result(), SpreadTest.result()));
        var image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(1600);
        assertThat(image.getHeight()).isEqualTo(820);
    }

    @Test
    void anSvgIsText() throws Exception {
        var file = folder.resolve("a.SVG");
        Plot.write(file, List.of(SpreadTest.result()));
        assertThat(Files.readString(file)).contains("<svg").endsWith("</svg>\n");
    }

    @Test
    void oneServerHasCurvesOnlyAndAFailureNone() throws Exception {
        Plot.write(folder.resolve("a.png"), List.of(alone()));
        assertThat(ImageIO.read(folder.resolve("a.png").toFile()).getHeight()).isEqualTo(300);
        Plot.write(folder.resolve("b.png"), List.of(failed()));
        assertThat(folder.resolve("b.png")).isNotEmptyFile();
    }

    @Test
    void onlyTwoFormatsAreKnown() {
        assertThat(Plot.canWrite(Path.of("a.png"))).isTrue();
        assertThat(Plot.canWrite(Path.of("a.svg"))).isTrue();
        assertThat(Plot.canWrite(Path.of("svg"))).isFalse();
    }
}
