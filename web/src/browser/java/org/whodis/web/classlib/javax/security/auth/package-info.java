/** What Bouncy Castle names of javax.security.auth and TeaVM's class library lacks. */
@NullMarked
package org.whodis.web.classlib.javax.security.auth;

import org.jspecify.annotations.NullMarked;
