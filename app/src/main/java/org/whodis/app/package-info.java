@NullMarked
package org.whodis.app;

import org.jspecify.annotations.NullMarked;
