package org.whodis.core.line;

import org.whodis.core.identity.OfficeDomain;

/**
 * A line to somebody that they brought in return when they redeemed one.
 *
 * @param given the line that they redeemed
 * @param line the one that they brought
 * @param office theirs
 */
public record BroughtLine(LineId given, LineId line, OfficeDomain office) {}
