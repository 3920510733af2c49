package org.whodis.office.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** How a body is packed (RFC 9110 section 8.4.1), the one that makes it shortest first. */
enum ContentCoding {
    BROTLI("br"),
    GZIP("gzip"),
    IDENTITY("identity");

    private static final String ANY = "*";

    /** RFC 9110 section 8.4.1.3. */
    private static final String OLD_GZIP = "x-gzip";

    /** Weights are counted in thousandths (RFC 9110 section 12.4.2). */
    private static final int WHOLE = 1000;

    private static final int UNSAID = -1;

    final String token;

    ContentCoding(String token) {
        this.token = token;
    }

    /**
     * What is best for a client whose Accept-Encoding fields are {@code accepted}, by the weights that it gives and, where these
     * are equal, by length. {@link #IDENTITY} is for who says nothing, and for who takes nothing that there is (RFC 9110
     * section 12.5.3).
     */
    static ContentCoding best(List<String> accepted, Set<ContentCoding> available) {
        ContentCoding best = IDENTITY;
        int most = 0;
        for (ContentCoding each : values()) {
            int weight = available.contains(each) ? each.weight(accepted) : 0;
            if (weight > most) {
                best = each;
                most = weight;
            }
        }
        return best;
    }

    private int weight(List<String> accepted) {
        int own = UNSAID;
        int any = UNSAID;
        for (String field : accepted) {
            for (String element : field.split(",", -1)) {
                String[] parts = element.split(";", -1);
                String name = parts[0].strip().toLowerCase(Locale.ROOT);
                if (name.equals(token) || this == GZIP && name.equals(OLD_GZIP)) {
                    own = weightOf(parts);
                } else if (name.equals(ANY)) {
                    any = weightOf(parts);
                }
            }
        }
        return Math.max(0, own == UNSAID ? any : own);
    }

    /** In thousandths: 0, not acceptable, also for what is no weight. */
    private static int weightOf(String[] parts) {
        if (parts.length == 1) {
            return WHOLE;
        }
        String parameter = parts[1].strip().toLowerCase(Locale.ROOT);
        if (parts.length > 2 || !parameter.startsWith("q=")) {
            return 0;
        }
        String weight = parameter.substring(2);
        if (!weight.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?")) {
            return 0;
        }
        String digits = weight.length() < 2 ? "" : weight.substring(2);
        return (weight.charAt(0) - '0') * WHOLE + Integer.parseInt((digits + "000").substring(0, 3));
    }
}
