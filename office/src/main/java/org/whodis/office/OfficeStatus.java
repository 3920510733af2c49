package org.whodis.office;

import java.time.Instant;

/**
 * What the operator sees at a glance.
 *
 * @param officeKey OfficeKey (the KeyHash) in hexadecimal
 * @param tlsSpkiSha256 of the certificate that is shown, in hexadecimal
 * @param postQuantumTls whether X25519MLKEM768 is offered
 * @param callsOpen calls that have neither ended nor expired
 */
public record OfficeStatus(
        String domain,
        String officeKey,
        String tlsSpkiSha256,
        boolean selfMadeCertificate,
        boolean postQuantumTls,
        String https,
        String udp,
        Instant startedAt,
        int principals,
        int pendingEnrolments,
        int sessions,
        int callsOpen,
        int mediaRooms) {}
