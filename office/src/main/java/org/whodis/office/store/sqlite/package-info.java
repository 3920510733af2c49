/** The embedded default: one SQLite file. */
@NullMarked
package org.whodis.office.store.sqlite;

import org.jspecify.annotations.NullMarked;
