/** The command line of the office. */
@NullMarked
package org.whodis.office.cli;

import org.jspecify.annotations.NullMarked;
