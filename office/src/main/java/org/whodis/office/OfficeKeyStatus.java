package org.whodis.office;

import java.util.List;

/**
 * What others know this office by.
 *
 * @param officeKey OfficeKey in hexadecimal
 * @param recoveryKey KeyHash of the recovery key in hexadecimal; empty if there is none
 * @param rotations how many keys this office has left
 * @param words what the operator reads to people whose phone was shown another key
 */
public record OfficeKeyStatus(String domain, String officeKey, String recoveryKey, int rotations, List<String> words) {}
