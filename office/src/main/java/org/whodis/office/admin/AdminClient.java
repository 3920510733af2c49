package org.whodis.office.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.whodis.office.OfficeException;
import org.whodis.office.data.DataFolder;

/** The command line's end of the admin socket. */
public final class AdminClient {
    private final Path folder;

    public AdminClient(Path folder) {
        this.folder = folder;
    }

    /** The result of the request; what the office refuses is an {@link OfficeException} in its words. */
    public JsonNode ask(AdminRequest request) throws OfficeException {
        String line;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(DataFolder.adminSocket(folder)))) {
            AdminLines.write(channel, AdminJson.request(request));
            line = AdminLines.read(channel);
        } catch (IOException e) {
            throw new OfficeException(
                    "No office answers on " + folder + ". Start it with `whodis office run --data " + folder
                            + "`, or name the folder of the one that runs with --data.",
                    e);
        }
        JsonNode answer = AdminJson.read(line);
        if (answer == null || !answer.path("ok").asBoolean()) {
            throw new OfficeException(
                    answer == null
                            ? "The office gave no answer."
                            : answer.path("error").asText());
        }
        return answer.path("result");
    }
}
