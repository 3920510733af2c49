package org.whodis.core.call;

import org.whodis.core.message.CallMessage;
import org.whodis.core.message.Envelope;
import org.whodis.core.message.EnvelopeId;
import org.whodis.core.message.SubmitOutcome;

/**
 * The state of one call on one device. A state takes every input there is and gives the state after it, itself if nothing
 * changed; what it refuses, it refuses by a {@link RejectedException}, and has not changed. No method has a default: a new
 * state has to say what it does with everything, a new input has to be answered in every state.
 *
 * <pre>
 *   caller   (idle) --UserDial--> Dialling --Answer--> AwaitingConnected --Connected--> Connected --> Ended
 *   callee   (idle) --Offer--> Ringing --UserAnswer--> AwaitingWelcome --Welcome--> Connected --> Ended
 *
 *   from                input                                        to
 *   ------------------  -------------------------------------------  -----------------------------
 *   Dialling            Notice ringing                               Dialling (shown as ringing there)
 *                       Answer, verified                             AwaitingConnected
 *                       Notice declined, busy                        Ended declined, busy
 *                       Offer of the callee with a lower hash        Ended glare
 *                       hang up                                      Ended cancelled
 *                       the office refuses the offer                 Ended refused by office
 *                       the offer expired                            Ended no answer
 *   AwaitingConnected   Connected, from the member who answered      Connected
 *                       Hangup, from that member                     Ended hung up there, …
 *                       Notice declined, from that device            Ended hung up there
 *                       hang up                                      Ended hung up here
 *                       ten seconds, media lost                      Ended not connected, media lost
 *   Ringing             answer, unless in another call               AwaitingWelcome
 *                       decline, the desk has it                     Ended declined here
 *                       Answer of another device of ours             Ended answered elsewhere
 *                       Notice declined, busy of another one         Ended declined elsewhere
 *                       Notice cancelled, from the caller's device   Ended cancelled
 *                       the offer expired, or the office gave it up  Ended no answer
 *   AwaitingWelcome     Welcome, verified                            Connected
 *                       Answer of another device of ours             Ended answered elsewhere
 *                       Notice declined, busy of another one         Ended declined elsewhere
 *                       Notice cancelled, from the caller's device   Ended cancelled
 *                       hang up                                      Ended hung up here
 *                       the office refuses the answer                Ended refused by office
 *                       ten seconds, media lost                      Ended not connected, media lost
 *   Connected           Hangup, from the other member                Ended hung up there, …
 *                       a later Offer of the other member's device   Ended failed there
 *                       hang up, words differ, media lost            Ended …
 *   any but Dialling    the device at the other end is revoked       Ended revoked there
 *   any                 this device is revoked                       Ended revoked here
 *   any                 anything else                                refused
 * </pre>
 */
sealed interface CallState permits Dialling, AwaitingConnected, Ringing, AwaitingWelcome, Connected, Ended {
    /** No timer runs. */
    long NEVER = Long.MAX_VALUE;

    CallState onAnswer(CallMessage.SignedAnswer message, Envelope envelope) throws RejectedException;

    CallState onWelcome(CallMessage.SignedWelcome message, Envelope envelope) throws RejectedException;

    CallState onNotice(CallMessage.SignedNotice message, Envelope envelope) throws RejectedException;

    CallState onGroup(CallMessage.Group message, Envelope envelope) throws RejectedException;

    /** The office has answered for the envelope {@code id} of this call. */
    CallState onSubmitAnswered(EnvelopeId id, SubmitOutcome outcome);

    CallState answer() throws RejectedException;

    CallState decline() throws RejectedException;

    /** Asks for the desk; changes nothing before {@link #sentToDesk}. */
    void sendToDesk() throws RejectedException;

    CallState sentToDesk() throws RejectedException;

    CallState hangUp() throws RejectedException;

    CallState compared(boolean match) throws RejectedException;

    CallState onMediaLost() throws RejectedException;

    /** The device at the other end, or this one, was taken out of its person's chain: the call is over, and nothing is said. */
    Ended revoked(EndReason reason);

    /** {@link #deadline()} has come. */
    CallState onTimeout();

    /** When the timer of this state is due, by {@link Environment#elapsed()}; {@link #NEVER} if it has none. */
    long deadline();
}
