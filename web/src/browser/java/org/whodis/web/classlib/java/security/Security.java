package org.whodis.web.classlib.java.security;

import org.jspecify.annotations.Nullable;

/** In a browser no security property is set. Bouncy Castle asks for its own, which all have defaults. */
public final class Security {
    private Security() {}

    public static @Nullable String getProperty(String key) {
        return null;
    }
}
