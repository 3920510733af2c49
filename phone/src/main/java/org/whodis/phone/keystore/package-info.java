/** Keys and state of a phone on disk: one folder, encrypted, written atomically, used by one process at a time. */
@NullMarked
package org.whodis.phone.keystore;

import org.jspecify.annotations.NullMarked;
