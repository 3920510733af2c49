package org.whodis.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The site as this build made it. */
class SiteTest {
    /** A few seconds on a slow line, once for a release. */
    private static final int MOST_COMPRESSED = 400_000;

    @Test
    void everythingTogetherIsAtMost400KilobytesAsItTravels() {
        int compressed = Site.load().files().stream()
                .mapToInt(file -> Math.min(file.gzip().length(), file.body().length()))
                .sum();
        assertThat(compressed).isLessThanOrEqualTo(MOST_COMPRESSED);
    }

    @Test
    void nothingOfThePageOfComponentsIsServed() {
        assertThat(Site.load().files())
                .extracting(SiteFile::path)
                .noneMatch(path -> path.contains("components") || path.contains("fixtures"));
    }
}
