package org.dpfs4j.load;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Results as a picture, PNG or SVG by the file's name: the first server's operations over each other's, case by case, and below for each
 * case how its latencies are distributed.
 */
public final class Plot {
    private static final int WIDTH = 1600;
    private static final int RATIOS_HEIGHT = 520;
    private static final int ACROSS = 4;
    private static final int CURVES_HEIGHT = 300;
    private static final int LABELS_DEGREES = 45;
    private static final double NINES_STEP = 0.25;
    private static final double NINES_MOST = 4;
    private static final double LEAST_MICROS = 0.001;

    private Plot() {}

    /** Whether a file of this name can be written. */
    public static boolean canWrite(Path file) {
        return isSvg(file) || file.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    private static boolean isSvg(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".svg");
    }

    /**
     * Draws results into a file.
     *
     * @throws IOException when it cannot be written, or this machine has no fonts
     */
    public static void write(Path file, List<CaseResult> results) throws IOException {
        var rows = (results.size() + ACROSS - 1) / ACROSS;
        var height = (isComparison(results) ? RATIOS_HEIGHT : 0) + rows * CURVES_HEIGHT;
        try (var out = Files.newOutputStream(file)) {
            if (isSvg(file)) {
                writeSvg(out, height, results);
            } else {
                writePng(out, height, results);
            }
        } catch (InternalError | NoClassDefFoundError | UnsatisfiedLinkError e) {
            throw new IOException("this machine cannot draw: " + e.getMessage() + " (it may have no fonts)", e);
        }
    }

    /** Whether there is anything to set the first server against. */
    private static boolean isComparison(List<CaseResult> results) {
        return results.stream()
                .anyMatch(result ->
                        result.sides().size() > 1 || !result.floor().rounds().isEmpty());
    }

    private static void writeSvg(OutputStream out, int height, List<CaseResult> results) throws IOException {
        var graphics = new VectorGraphics2D();
        draw(graphics, height, results);
        Processors.get("svg")
                .getDocument(graphics.getCommands(), new PageSize(WIDTH, height))
                .writeTo(out);
    }

    private static void writePng(OutputStream out, int height, List<CaseResult> results) throws IOException {
        var image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        draw(graphics, height, results);
        graphics.dispose();
        ImageIO.write(image, "png", out);
    }

    private static void draw(Graphics2D graphics, int height, List<CaseResult> results) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, WIDTH, height);
        var origin = graphics.getTransform();
        var top = 0;
        if (isComparison(results)) {
            ratios(results).paint(graphics, WIDTH, RATIOS_HEIGHT);
            top = RATIOS_HEIGHT;
        }
        for (int i = 0; i < results.size(); i++) {
            var width = WIDTH / ACROSS;
            graphics.translate(i % ACROSS * width, top + i / ACROSS * CURVES_HEIGHT);
            curves(results.get(i)).paint(graphics, width, CURVES_HEIGHT);
            graphics.setTransform(origin);
        }
    }

    private static CategoryChart ratios(List<CaseResult> results) {
        var chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(RATIOS_HEIGHT)
                .title("operations a second, in comparison; the median of all rounds and their range")
                .yAxisTitle("ratio")
                .build();
        chart.getStyler()
                .setXAxisLabelRotation(LABELS_DEGREES)
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE);
        var names = results.stream().map(result -> result.which().name()).toList();
        var first = results.getFirst();
        for (int i = 1; i < first.sides().size(); i++) {
            var other = i;
            add(
                    chart,
                    names,
                    results,
                    first.sides().get(i).label(),
                    result -> result.sides().get(other));
        }
        if (results.stream().anyMatch(result -> !result.floor().rounds().isEmpty())) {
            add(chart, names, results, first.floor().label(), CaseResult::floor);
        }
        return chart;
    }

    /** Which side of a case another is set against. */
    private interface Other {
        CaseResult.Side of(CaseResult result);
    }

    private static void add(
            CategoryChart chart, List<String> names, List<CaseResult> results, String label, Other other) {
        var medians = new ArrayList<Double>();
        var errors = new ArrayList<Double>();
        for (var result : results) {
            var ratio = result.ratio(other.of(result), Measured::rate);
            medians.add(Double.isNaN(ratio.median()) ? 0 : ratio.median());
            errors.add(Double.isNaN(ratio.median()) ? 0 : (ratio.most() - ratio.least()) / 2);
        }
        chart.addSeries(results.getFirst().sides().getFirst().label() + "/" + label, names, medians, errors);
    }

    private static XYChart curves(CaseResult result) {
        var chart = new XYChartBuilder()
                .width(WIDTH / ACROSS)
                .height(CURVES_HEIGHT)
                .title(result.which().name())
                .xAxisTitle("nines: 1 is p90, 2 is p99, 3 is p99.9")
                .yAxisTitle("us")
                .build();
        chart.getStyler()
                .setYAxisLogarithmic(true)
                .setLegendPosition(LegendPosition.InsideNW)
                .setChartBackgroundColor(Color.WHITE);
        for (var side : result.sides()) {
            if (!side.rounds().isEmpty()) {
                var nines = new ArrayList<Double>();
                var micros = new ArrayList<Double>();
                for (double at = 0; at <= NINES_MOST; at += NINES_STEP) {
                    var percent = 100 * (1 - Math.pow(10, -at));
                    nines.add(at);
                    // A logarithmic axis knows no zero.
                    micros.add(Math.max(
                            LEAST_MICROS,
                            side.spread(round -> round.micros(percent)).median()));
                }
                chart.addSeries(side.label(), nines, micros).setMarker(SeriesMarkers.NONE);
            }
        }
        return chart;
    }
}
