@NullMarked
package org.whodis.relay;

import org.jspecify.annotations.NullMarked;
