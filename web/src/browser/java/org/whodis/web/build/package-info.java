/** Makes the site: compiles the core to WebAssembly and names every file by its content. */
@NullMarked
package org.whodis.web.build;

import org.jspecify.annotations.NullMarked;
