package org.whodis.office.http;

/** Plain blocking code, called on a virtual thread; one request of a connection at a time. */
@FunctionalInterface
public interface HttpHandler {
    HttpAnswer answer(HttpRequest request) throws InterruptedException;
}
