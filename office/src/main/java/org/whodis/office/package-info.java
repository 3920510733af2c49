/** The office: one organisation's server. {@link org.whodis.office.Office} is the whole of it to a program. */
@NullMarked
package org.whodis.office;

import org.jspecify.annotations.NullMarked;
