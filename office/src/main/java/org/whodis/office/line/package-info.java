/** Lines at the office (protocol section 7): who rings, who redeems, what is recorded, and what everybody else hears. */
@NullMarked
package org.whodis.office.line;

import org.jspecify.annotations.NullMarked;
