/** The wire as a stranger sees it: a tap between phone and relay, its capture, and what can be read from one. */
@NullMarked
package org.whodis.app.wire;

import org.jspecify.annotations.NullMarked;
