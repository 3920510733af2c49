package org.whodis.web.build;

import org.teavm.extension.spi.substitution.SimpleSubstitutionPolicy;
import org.teavm.extension.spi.substitution.SubstitutionSink;

/** Puts the classes below {@code org.whodis.web.classlib} in the place of others of the same names. */
public final class BrowserClasslib extends SimpleSubstitutionPolicy {
    @Override
    public void contribute(SubstitutionSink sink) {
        sink.selectClasses(named("java.security.Security")
                        .or(named("java.util.Formatter"))
                        .or(named("java.security.SecureRandom"))
                        .or(named("javax.security.auth.Destroyable"))
                        .or(named("org.bouncycastle.crypto.CryptoServicesRegistrar"))
                        .or(named("org.whodis.core.crypto.P256"))
                        .or(named("org.whodis.core.crypto.bc.BcP256")))
                .packagePrefix("org.whodis.web.classlib.")
                .dontFallbackWhenNoSubstitution();
    }
}
