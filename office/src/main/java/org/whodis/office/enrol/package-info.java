/** How people and their devices come in: invitations, enrolment and links (protocol section 3). */
@NullMarked
package org.whodis.office.enrol;

import org.jspecify.annotations.NullMarked;
