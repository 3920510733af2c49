package org.whodis.core.identity;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.crypto.Secret;
import org.whodis.core.wire.Bytes;
import org.whodis.core.wire.DecodeException;

/**
 * The link by which an existing device brings in a further one (protocol section 3). It lives ten minutes.
 *
 * <pre>
 *   https://DOMAIN/link#1.BASE64URL( secret[16] || office_key[32] || principal[32] )
 * </pre>
 */
public record DeviceLink(OfficeDomain domain, Secret secret, Bytes officeKey, PrincipalId principal) {
    public static final int SECRET_LENGTH = 16;
    public static final int ID_LENGTH = 16;
    public static final long LIFETIME_MILLIS = 10 * 60 * 1000;

    private static final String PATH = "/link#1.";

    public DeviceLink {
        Check.require(secret.length() == SECRET_LENGTH, "a secret of " + secret.length() + " bytes");
        Check.length(officeKey, LabelledHash.LENGTH, "office_key");
    }

    /** {@code link_id}: the first 16 bytes of {@code H("Whodis 1 Link id", secret)}; what the office knows of the link. */
    public Bytes id(Primitives primitives) {
        return LabelledHash.of(primitives, "Whodis 1 Link id", Bytes.of(secret.expose()))
                .slice(0, ID_LENGTH);
    }

    /** The link itself: a secret, for the new device only. */
    public String link() {
        return Links.write(domain, PATH, Bytes.concat(Bytes.of(secret.expose()), officeKey, principal.value()));
    }

    public static DeviceLink parse(String link) throws DecodeException {
        Links.Parts parts = Links.read(link, PATH, SECRET_LENGTH + LabelledHash.LENGTH + PrincipalId.LENGTH);
        int principal = SECRET_LENGTH + LabelledHash.LENGTH;
        return new DeviceLink(
                parts.domain(),
                Secret.owning(parts.content().slice(0, SECRET_LENGTH).toArray()),
                parts.content().slice(SECRET_LENGTH, principal),
                new PrincipalId(parts.content().slice(principal, principal + PrincipalId.LENGTH)));
    }
}
