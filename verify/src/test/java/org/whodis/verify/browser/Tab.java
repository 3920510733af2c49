package org.whodis.verify.browser;

import com.fasterxml.jackson.databind.JsonNode;

/** A tab of a browser, in a window of its own: what is behind another window has slower clocks. */
abstract class Tab implements AutoCloseable {
    /** Loads {@code url} and waits until everything in it has loaded. */
    abstract void open(String url) throws Exception;

    /** As the button does that loads the page anew. */
    abstract void reload() throws Exception;

    /** Evaluates an expression that gives a string, or a promise of one, in the page. */
    abstract String evaluate(String expression) throws Exception;

    /** Has a script run in every page of this tab from now on, before the page's own. */
    abstract void eachPageBegins(String script) throws Exception;

    /** Another tab that shares storage with this one. */
    abstract Tab beside() throws Exception;

    /** Runs the body of an asynchronous function in the page and gives what it returns. */
    JsonNode run(String body) throws Exception {
        String result = evaluate("(async () => {" + body + "})().then((value) => JSON.stringify(value ?? null), "
                + "(failure) => JSON.stringify({ failure: String(failure), stack: String(failure?.stack) }))");
        JsonNode value = DebugSocket.JSON.readTree(result);
        if (value.has("failure")) {
            throw new AssertionError("in the page: " + value.get("failure").asText() + "\n"
                    + value.path("stack").asText());
        }
        return value;
    }

    /** Without asking the page. */
    @Override
    public abstract void close();
}
