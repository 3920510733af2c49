@NullMarked
package org.whodis.phone;

import org.jspecify.annotations.NullMarked;
