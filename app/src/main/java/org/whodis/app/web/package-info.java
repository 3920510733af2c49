/** {@code whodis web}: is what an office serves what this build has? */
@NullMarked
package org.whodis.app.web;

import org.jspecify.annotations.NullMarked;
