/** Metrics and logs, neither of which tells who talks to whom. */
@NullMarked
package org.whodis.office.observe;

import org.jspecify.annotations.NullMarked;
