/** Places in the relay's rooms, for those devices that take part in a call and no others (protocol section 6). */
@NullMarked
package org.whodis.office.media;

import org.jspecify.annotations.NullMarked;
