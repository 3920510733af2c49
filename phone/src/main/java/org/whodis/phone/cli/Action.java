package org.whodis.phone.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.whodis.phone.PhoneException;
import org.whodis.phone.signalling.OfficeException;

/** What all commands have in common: a terminal that is given back, and faults that become a sentence and a status. */
abstract class Action implements Callable<Integer> {
    private static volatile boolean stopping;

    abstract int run(Terminal terminal)
            throws CliException, PhoneException, OfficeException, ExecutionException, InterruptedException;

    @Override
    public final Integer call() {
        Terminal terminal = Terminal.standard();
        Thread restore = new Thread(terminal::close, "whodis-terminal");
        Runtime.getRuntime().addShutdownHook(restore);
        try (terminal) {
            return run(terminal);
        } catch (CliException e) {
            return failed(terminal, e.status(), e);
        } catch (PhoneException e) {
            return failed(terminal, ExitStatus.FAILED, e);
        } catch (OfficeException e) {
            return failed(terminal, status(e), e);
        } catch (ExecutionException e) {
            return e.getCause() instanceof OfficeException office
                    ? failed(terminal, status(office), office)
                    : failed(terminal, ExitStatus.FAILED, e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitStatus.FAILED;
        } catch (RuntimeException e) {
            if (stopping) {
                // The phone was closed under the command's feet, because the process was told to stop.
                return ExitStatus.FAILED;
            }
            throw e;
        }
    }

    private static int status(OfficeException e) {
        return switch (e.reason()) {
            case UNREACHABLE -> ExitStatus.NO_OFFICE;
            case NOT_THE_OFFICE, KEY_HELD -> ExitStatus.ALARM;
            case REFUSED, MALFORMED -> ExitStatus.FAILED;
        };
    }

    private static int failed(Terminal terminal, int status, Throwable why) {
        terminal.clearStatus();
        System.err.println(why.getMessage());
        return status;
    }

    /** Closes {@code phone} when the process is told to stop: hangs up, finishes recordings, gives the folder free. */
    static void closeOnExit(AutoCloseable phone) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stopping = true;
                            try {
                                phone.close();
                            } catch (Exception e) {
                                System.err.println("The phone did not close in order: " + e);
                            }
                        },
                        "whodis-close"));
    }
}
