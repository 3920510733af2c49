/** The page that an office serves: its files as they were built, for whoever serves or checks them. */
@NullMarked
package org.whodis.web;

import org.jspecify.annotations.NullMarked;
