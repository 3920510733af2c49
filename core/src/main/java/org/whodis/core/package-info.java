/** The sans-IO core: everything that decides. No socket, clock, thread or random source lives below this package. */
@NullMarked
package org.whodis.core;

import org.jspecify.annotations.NullMarked;
