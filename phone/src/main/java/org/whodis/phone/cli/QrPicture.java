package org.whodis.phone.cli;

import io.nayuki.qrcodegen.QrCode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A QR code (ISO/IEC 18004, made by Nayuki's generator) on a terminal, as a picture and as a drawing. */
final class QrPicture {
    /** ISO/IEC 18004 section 5.3.8: four modules of light around it. */
    private static final int QUIET_ZONE = 4;

    private static final int PIXELS_PER_MODULE = 8;

    private final QrCode code;

    private QrPicture(QrCode code) {
        this.code = code;
    }

    static QrPicture of(String text) {
        return new QrPicture(QrCode.encodeText(text, QrCode.Ecc.MEDIUM));
    }

    /** Two rows of modules in each line, light on dark, as terminals are. */
    List<String> lines() {
        List<String> out = new ArrayList<>();
        for (int y = -QUIET_ZONE; y < code.size + QUIET_ZONE; y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = -QUIET_ZONE; x < code.size + QUIET_ZONE; x++) {
                boolean upper = !code.getModule(x, y);
                boolean lower = !code.getModule(x, y + 1);
                line.append(upper ? lower ? '█' : '▀' : lower ? '▄' : ' ');
            }
            out.add(line.toString());
        }
        return out;
    }

    void writePng(Path file) throws CliException {
        int modules = code.size + 2 * QUIET_ZONE;
        BufferedImage image = new BufferedImage(
                modules * PIXELS_PER_MODULE, modules * PIXELS_PER_MODULE, BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                boolean dark = code.getModule(x / PIXELS_PER_MODULE - QUIET_ZONE, y / PIXELS_PER_MODULE - QUIET_ZONE);
                image.setRGB(x, y, dark ? 0x000000 : 0xffffff);
            }
        }
        try {
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    void writeSvg(Path file) throws CliException {
        int modules = code.size + 2 * QUIET_ZONE;
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M')
                            .append(x + QUIET_ZONE)
                            .append(' ')
                            .append(y + QUIET_ZONE)
                            .append("h1v1h-1z");
                }
            }
        }
        String svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + modules + " " + modules + "\">"
                + "<path fill=\"#fff\" d=\"M0 0h" + modules + "v" + modules + "H0z\"/><path d=\"" + path
                + "\"/></svg>\n";
        try {
            Files.writeString(file, svg, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static CliException unwritable(Path file, IOException e) {
        return new CliException(ExitStatus.FAILED, file + " cannot be written: " + e.getMessage());
    }
}
