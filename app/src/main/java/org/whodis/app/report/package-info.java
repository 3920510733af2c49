/** What a call leaves behind for its people to look at: one page, and the same facts for programs. */
@NullMarked
package org.whodis.app.report;

import org.jspecify.annotations.NullMarked;
