package org.whodis.phone;

import org.whodis.core.call.CallView;

/**
 * A call as this phone knows it.
 *
 * @param view who, how that is known, in what state, and the words to compare
 * @param cipherSuite of the call's MLS group and of its media
 * @param mediaUp whether there is a way to the relay and back
 */
public record PhoneCall(CallView view, String cipherSuite, CallTimes times, boolean muted, boolean mediaUp) {}
