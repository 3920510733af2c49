/** What is measured about a call, on the sound and on the wire: pure functions over arrays, without a clock or a socket. */
@NullMarked
package org.whodis.app.measure;

import org.jspecify.annotations.NullMarked;
