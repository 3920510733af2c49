@NullMarked
package org.whodis.office;

import org.jspecify.annotations.NullMarked;
