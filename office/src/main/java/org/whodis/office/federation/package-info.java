/** Other offices (protocol section 8): finding them, connections, requests in both directions, whom the operator admits. */
@NullMarked
package org.whodis.office.federation;

import org.jspecify.annotations.NullMarked;
