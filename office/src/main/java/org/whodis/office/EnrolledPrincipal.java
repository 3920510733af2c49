package org.whodis.office;

import java.time.Instant;
import java.util.List;

/**
 * A person of this office.
 *
 * @param id PrincipalId in hexadecimal
 * @param devices DeviceIds in hexadecimal, in the order in which they were added
 * @param online how many of them have a session now
 */
public record EnrolledPrincipal(
        String id, String name, String title, Instant enrolledAt, List<String> devices, int online) {
    public EnrolledPrincipal {
        devices = List.copyOf(devices);
    }
}
