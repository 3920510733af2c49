/** Devices, raw TLS connections and offices for the tests. */
@NullMarked
package org.whodis.office.testkit;

import org.jspecify.annotations.NullMarked;
