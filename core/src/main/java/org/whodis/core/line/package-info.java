/**
 * Lines: addresses that belong to one issuer and one holder (protocol section 7). What is signed, sealed and sent, and the
 * rules by which an attempt rings or does not, as pure functions.
 */
@NullMarked
package org.whodis.core.line;

import org.jspecify.annotations.NullMarked;
