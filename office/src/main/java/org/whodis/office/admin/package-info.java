/** How the command line talks to a running office: JSON lines over a Unix socket that only the office's user can open. */
@NullMarked
package org.whodis.office.admin;

import org.jspecify.annotations.NullMarked;
