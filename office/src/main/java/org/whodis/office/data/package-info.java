/** The data folder: what is in it, who may read it, and who holds it. */
@NullMarked
package org.whodis.office.data;

import org.jspecify.annotations.NullMarked;
