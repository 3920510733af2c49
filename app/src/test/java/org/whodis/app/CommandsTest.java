package org.whodis.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {
    @Test
    void theOneCommandHasAllThatTheReadmeNames() {
        CommandLine whodis = Whodis.commandLine();
        assertThat(whodis.getSubcommands().keySet())
                .containsExactlyInAnyOrder("demo", "office", "phone", "line", "web");
        assertThat(whodis.getSubcommands().get("office").getSubcommands().keySet())
                .containsAll(List.of("init", "run", "invite", "principals", "status", "restart-signalling"));
        assertThat(whodis.getSubcommands().get("phone").getSubcommands().keySet())
                .containsAll(List.of("enrol", "contacts", "call", "answer", "devices"));
    }

    @Test
    void everyCommandExplainsItself() {
        explain(Whodis.commandLine());
    }

    private static void explain(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        assertThat(command.getCommandSpec().helpCommand()
                        || command.isUsageHelpRequested()
                        || command.getCommandSpec().findOption("--help") != null)
                .as("%s --help", name)
                .isTrue();
        assertThat(command.getCommandSpec().usageMessage().description())
                .as(name)
                .isNotEmpty();
        command.getSubcommands().values().forEach(CommandsTest::explain);
    }
}
