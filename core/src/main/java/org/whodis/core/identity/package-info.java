/** Who somebody is: chains of signed statements, enrolment, comparison words, and what may be said of a person. */
@NullMarked
package org.whodis.core.identity;

import org.jspecify.annotations.NullMarked;
