/** What two offices say to each other about the media trunk between their relays (protocol section 9). */
@NullMarked
package org.whodis.core.trunk;

import org.jspecify.annotations.NullMarked;
