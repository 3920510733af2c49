/** What Bouncy Castle names of java.security and TeaVM's class library lacks or must not have. */
@NullMarked
package org.whodis.web.classlib.java.security;

import org.jspecify.annotations.NullMarked;
