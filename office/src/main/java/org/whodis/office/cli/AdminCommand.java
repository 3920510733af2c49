package org.whodis.office.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.whodis.office.OfficeException;
import org.whodis.office.admin.AdminClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks the running office and prints what it answered. */
abstract class AdminCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Override
    public final Integer call() throws OfficeException {
        PrintWriter out = spec.commandLine().getOut();
        run(new AdminClient(data.folder()), out);
        out.flush();
        return 0;
    }

    abstract void run(AdminClient office, PrintWriter out) throws OfficeException;

    final Path folder() {
        return data.folder();
    }

    /** How the commands that this one names are told which office is meant. */
    final String dataHint() {
        return Hints.dataOption(data.folder());
    }

    /**
     * What was heard: {@code given}, or what is typed after the question.
     *
     * @param example how the words look behind {@code --yes-words}
     */
    static String words(@Nullable String given, String question, String example) throws OfficeException {
        if (given != null) {
            return given;
        }
        System.err.print(question);
        System.err.flush();
        // Not closed: standard input is not ours.
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        try {
            String typed = in.readLine();
            if (typed == null || typed.isBlank()) {
                throw new OfficeException(
                        "No words were typed. In a script give them with --yes-words " + example + ".");
            }
            return typed;
        } catch (IOException e) {
            throw new OfficeException("The words cannot be read: " + e.getMessage(), e);
        }
    }
}
