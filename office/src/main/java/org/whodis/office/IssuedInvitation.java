package org.whodis.office;

import java.time.Instant;

/** An invitation to hand to one person. The link is a secret; the office itself keeps only a hash of it. */
public record IssuedInvitation(String link, String name, String title, Instant expiresAt) {

    /** Without the link. */
    @Override
    public String toString() {
        return "IssuedInvitation[expires " + expiresAt + "]";
    }
}
