package org.whodis.verify.browser;

import org.whodis.media.audio.Pcm;

/** The browsers in which the page is tested. A test in one that is not installed is skipped and says what to install. */
enum BrowserKind {
    CHROMIUM {
        @Override
        Browser launch() throws Exception {
            return Chromium.launch();
        }

        @Override
        Browser launch(Pcm speech) throws Exception {
            return Chromium.launch(speech);
        }

        @Override
        Browser launchWithoutMicrophone() throws Exception {
            return Chromium.launchWithoutMicrophone();
        }
    },
    FIREFOX {
        @Override
        Browser launch() throws Exception {
            return Firefox.launch();
        }

        @Override
        Browser launch(Pcm speech) throws Exception {
            return Firefox.launch();
        }

        @Override
        Browser launchWithoutMicrophone() throws Exception {
            return Firefox.launchWithoutMicrophone();
        }
    };

    abstract Browser launch() throws Exception;

    /** One whose microphone says {@code speech} if it can: Firefox's knows a tone alone. */
    abstract Browser launch(Pcm speech) throws Exception;

    /** One that refuses the microphone to every page, as it does when its person said so. */
    abstract Browser launchWithoutMicrophone() throws Exception;
}
