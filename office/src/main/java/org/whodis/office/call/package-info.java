/** Which envelope may go where: the rules of calls as seen by an office, without a clock, socket or database. */
@NullMarked
package org.whodis.office.call;

import org.jspecify.annotations.NullMarked;
