/** Golden vectors: one runner that gives the same answers on every machine that runs the core. */
@NullMarked
package org.whodis.web.vectors;

import org.jspecify.annotations.NullMarked;
