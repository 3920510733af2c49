/** Sessions of devices (protocol section 4): who is online, what they submit, what they are given. */
@NullMarked
package org.whodis.office.session;

import org.jspecify.annotations.NullMarked;
