package org.whodis.office;

/**
 * What others know this office by.
 *
 * @param officeKey OfficeKey in hexadecimal
 * @param recoveryKey KeyHash of the recovery key in hexadecimal; empty if there is none
 * @param rotations how many keys this office has left
 */
public record OfficeKeyStatus(String domain, String officeKey, String recoveryKey, int rotations) {}
