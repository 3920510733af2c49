package org.whodis.verify.browser;

/** The browsers in which the page is tested. A test in one that is not installed is skipped and says what to install. */
enum BrowserKind {
    CHROMIUM {
        @Override
        Browser launch() throws Exception {
            return Chromium.launch();
        }
    },
    FIREFOX {
        @Override
        Browser launch() throws Exception {
            return Firefox.launch();
        }
    };

    abstract Browser launch() throws Exception;
}
