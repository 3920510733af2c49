package org.whodis.app.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.whodis.app.tls.AnyCertificate;
import org.whodis.core.wire.Bytes;
import org.whodis.web.Manifest;
import org.whodis.web.Site;
import org.whodis.web.SiteFile;

/**
 * Fetches a site as each {@link Visitor} would, and compares: what they were served with each other, every file with the
 * manifest that the office serves, the manifest with this build, and the names that the files mention with the manifest, so that
 * nothing is loaded that no manifest lists. The policy that keeps a page to its own office has to be there too, word by word.
 */
final class SiteVerifier implements AutoCloseable {
    /** Several times what the longest file has, as it travels and unpacked. */
    static final int MAX_FILE = 8 * 1024 * 1024;

    private static final List<String> POLICY = List.of(Site.CONTENT_SECURITY_POLICY);

    /** The first makes a browser go to another page, the second load a further file. */
    private static final List<String> LEADING_ELSEWHERE = List.of("refresh", "link");

    private static final String LIST_SEPARATOR = ", and ";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What a text of the site can make a browser load: any path or address in quotes. */
    private static final Pattern MENTION = Pattern.compile("[\"'](/[^\"'\\s]*|[a-z]+://[^\"'\\s]*)[\"']");

    private final URI office;
    private final HttpClient client;
    private final Map<String, String> differences = new TreeMap<>();
    private int fetched;

    SiteVerifier(URI office, boolean anyCertificate) throws GeneralSecurityException {
        this.office = office;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(PATIENCE);
        if (anyCertificate) {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            builder.sslContext(context);
        }
        this.client = builder.build();
    }

    /** For each path that is not as it should be, what is wrong with it. */
    Map<String, String> differencesTo(Site build) throws IOException, InterruptedException {
        Manifest served = manifest();
        differences.putAll(build.manifest().differencesTo(served));
        Set<String> mentioned = new TreeSet<>();
        for (Map.Entry<String, Bytes> file : served.files().entrySet()) {
            String path = file.getKey();
            Bytes content = fetch(path, Visitor.PLAIN);
            if (content == null) {
                continue;
            }
            if (!sha256(content).equals(file.getValue())) {
                tell(path, "is not what the office's own manifest says");
            } else {
                compareForOthers(path, content);
            }
            if (isText(path)) {
                mentionsOf(content, mentioned);
            }
        }
        mentioned.removeAll(served.files().keySet());
        mentioned.remove(Site.MANIFEST_PATH);
        mentioned.removeAll(otherMentionsOf(build));
        mentioned.forEach(path -> tell(path, "is mentioned by the page and not in the manifest"));
        if (served.files().containsKey(Site.PAGE)) {
            compareOtherAddresses(served.files().get(Site.PAGE));
        } else {
            tell(Site.PAGE, "is not in the manifest");
        }
        return differences;
    }

    private void compareForOthers(String path, Bytes content) throws IOException, InterruptedException {
        for (Visitor visitor : Visitor.OTHERS) {
            Bytes theirs = fetch(path, visitor);
            if (theirs != null && !theirs.equals(content)) {
                tell(path, "is another file for " + visitor.called());
            }
        }
    }

    /** People come to the page by links, which lead to other addresses of it. */
    private void compareOtherAddresses(Bytes page) throws IOException, InterruptedException {
        for (String path : Site.ALSO_THE_PAGE) {
            Bytes content = fetch(path, Visitor.PLAIN);
            if (content != null && !sha256(content).equals(page)) {
                tell(path, "is another page than " + Site.PAGE);
            } else if (content != null) {
                compareForOthers(path, content);
            }
        }
    }

    int fetched() {
        return fetched;
    }

    private Manifest manifest() throws IOException, InterruptedException {
        Bytes content = fetch(Site.MANIFEST_PATH, Visitor.PLAIN);
        if (content == null) {
            throw new IOException("The office serves no manifest of its page that can be read: it "
                    + differences.get(Site.MANIFEST_PATH) + ".");
        }
        compareForOthers(Site.MANIFEST_PATH, content);
        try {
            return Manifest.parse(new String(content.toArray(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IOException("The office serves no manifest of its page: " + e.getMessage(), e);
        }
    }

    /** What {@code visitor} is served, unpacked, or null if it cannot be, which is told then. */
    private @Nullable Bytes fetch(String path, Visitor visitor) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(office.resolve(path)).timeout(PATIENCE);
        visitor.headersFor(path).forEach(request::header);
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("The office answers " + response.statusCode() + " for " + path + " to "
                        + visitor.called() + ".");
            }
            fetched++;
            if (!response.headers().allValues("content-security-policy").equals(POLICY)) {
                tell(path, "comes without the policy that keeps the page to its own office");
            }
            for (String leading : LEADING_ELSEWHERE) {
                if (response.headers().firstValue(leading).isPresent()) {
                    tell(path, "comes with the header " + leading + ", which leads a browser elsewhere");
                }
            }
            return unpack(read(body, path), response.headers().allValues("content-encoding"), path, visitor);
        }
    }

    private @Nullable Bytes unpack(Bytes body, List<String> encodings, String path, Visitor visitor) {
        try {
            return Packed.unpack(body, String.join(", ", encodings).strip().toLowerCase(Locale.ROOT), MAX_FILE);
        } catch (IOException e) {
            tell(path, "comes to " + visitor.called() + " " + e.getMessage());
            return null;
        }
    }

    /** Once for each path and difference, however many visitors find it. */
    private void tell(String path, String difference) {
        differences.merge(path, difference, (said, more) -> said.contains(more) ? said : said + LIST_SEPARATOR + more);
    }

    private static Bytes read(InputStream in, String path) throws IOException {
        byte[] content = in.readNBytes(MAX_FILE + 1);
        if (content.length > MAX_FILE) {
            throw new IOException("The office serves more than " + MAX_FILE + " bytes for " + path + ".");
        }
        return Bytes.of(content);
    }

    /** What the files of this build have in quotes and is no file of theirs: the addresses of links, names of a namespace. */
    private static Set<String> otherMentionsOf(Site build) {
        Set<String> mentioned = new TreeSet<>();
        for (SiteFile file : build.files()) {
            if (isText(file.path())) {
                mentionsOf(file.body(), mentioned);
            }
        }
        build.files().forEach(file -> mentioned.remove(file.path()));
        return mentioned;
    }

    private static boolean isText(String path) {
        return !path.endsWith(".wasm") && !path.endsWith(".png");
    }

    private static void mentionsOf(Bytes content, Set<String> into) {
        Matcher mentions = MENTION.matcher(new String(content.toArray(), StandardCharsets.UTF_8));
        while (mentions.find()) {
            into.add(mentions.group(1));
        }
    }

    private static Bytes sha256(Bytes content) {
        try {
            return Bytes.of(MessageDigest.getInstance("SHA-256").digest(content.toArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
