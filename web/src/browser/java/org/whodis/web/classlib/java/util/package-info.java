/** What Bouncy Castle names of java.util and TeaVM's class library lacks or must not have. */
@NullMarked
package org.whodis.web.classlib.java.util;

import org.jspecify.annotations.NullMarked;
