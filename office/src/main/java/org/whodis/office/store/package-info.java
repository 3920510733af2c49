/**
 * What the office keeps, as ports by use case; {@link org.whodis.office.store.Store} gives them inside a transaction.
 * One contract test holds for every engine.
 */
@NullMarked
package org.whodis.office.store;

import org.jspecify.annotations.NullMarked;
