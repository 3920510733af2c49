@NullMarked
package org.whodis.media;

import org.jspecify.annotations.NullMarked;
