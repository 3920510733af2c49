package org.whodis.web.classlib.javax.security.auth;

/** As in the JDK. */
public interface Destroyable {
    default void destroy() {
        throw new UnsupportedOperationException();
    }

    default boolean isDestroyed() {
        return false;
    }
}
