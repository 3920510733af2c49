package org.whodis.office.http;

/** One named path with the one method that it takes. */
public record Route(Method method, String path, HttpHandler handler) {
    /** The methods in use. */
    public enum Method {
        GET,
        POST
    }

    public static Route get(String path, HttpHandler handler) {
        return new Route(Method.GET, path, handler);
    }

    public static Route post(String path, HttpHandler handler) {
        return new Route(Method.POST, path, handler);
    }
}
