/** What of the core a page can call, once it runs as WebAssembly. */
@NullMarked
package org.whodis.web.edge;

import org.jspecify.annotations.NullMarked;
