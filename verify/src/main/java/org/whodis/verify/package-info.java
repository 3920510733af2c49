@NullMarked
package org.whodis.verify;

import org.jspecify.annotations.NullMarked;
