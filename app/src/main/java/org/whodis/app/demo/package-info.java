/** {@code whodis demo}: a whole call on this machine, recorded, tapped, measured and reported. */
@NullMarked
package org.whodis.app.demo;

import org.jspecify.annotations.NullMarked;
