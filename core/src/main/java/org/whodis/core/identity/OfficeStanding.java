package org.whodis.core.identity;

/** How a device knows that an office's key is its own. */
public enum OfficeStanding {
    /** Nobody has compared it: the domain's name led there once, and whoever was in between then still is. */
    NOT_COMPARED,
    /**
     * It is the device's own office; or it came under a line's secret from its issuer, or from whom the issuer approved; or
     * the own office's operator has compared words with the other's, as a statement of the own office says.
     */
    AUTHENTICATED
}
