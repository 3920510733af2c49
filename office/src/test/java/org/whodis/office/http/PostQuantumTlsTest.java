package org.whodis.office.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whodis.office.Office;
import org.whodis.office.OfficeConfig;

class PostQuantumTlsTest {
    @TempDir
    Path folder;

    private Office office;
    private EventLoopGroup loop;

    @BeforeEach
    void start() throws Exception {
        office = Office.start(OfficeConfig.onLoopback(folder.resolve("office")));
        loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    }

    @AfterEach
    void stop() {
        office.close();
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    @Test
    void aClientThatOffersX25519MLKEM768AloneIsServed() throws Exception {
        assertThat(handshake("TLSv1.3", "X25519MLKEM768").getProtocol()).isEqualTo("TLSv1.3");
        assertThat(office.metrics()).contains("whodis_tls_handshakes_total{group=\"X25519MLKEM768\"} 1\n");
    }

    @Test
    void ofTwoGroupsThePostQuantumOneIsTakenWhateverTheClientPrefers() throws Exception {
        handshake("TLSv1.3", "X25519", "X25519MLKEM768");
        assertThat(office.metrics()).contains("whodis_tls_handshakes_total{group=\"X25519MLKEM768\"} 1\n");
    }

    @Test
    void aClientWithoutItGetsX25519AndIsCountedAsSuch() throws Exception {
        handshake("TLSv1.3", "X25519");
        assertThat(office.metrics()).contains("whodis_tls_handshakes_total{group=\"X25519\"} 1\n");
    }

    @Test
    void otherGroupsAndOlderVersionsAreRefused() {
        assertThatThrownBy(() -> handshake("TLSv1.3", "P-256")).isInstanceOf(Exception.class);
        assertThatThrownBy(() -> handshake("TLSv1.2", "X25519")).isInstanceOf(Exception.class);
        assertThat(office.metrics()).contains("whodis_tls_handshakes_failed_total 2\n");
    }

    private SSLSession handshake(String version, String... groups) throws Exception {
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .protocols(version)
                .option(OpenSslContextOption.GROUPS, groups)
                .endpointIdentificationAlgorithm(null)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
        Channel channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        socket.pipeline().addLast(context.newHandler(socket.alloc()));
                    }
                })
                .connect(office.httpsAddress())
                .sync()
                .channel();
        try {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            tls.handshakeFuture().sync();
            // The server's side is done when it answers.
            channel.writeAndFlush(channel.alloc()
                            .buffer()
                            .writeBytes("GET /healthz HTTP/1.1\r\n\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                    .sync();
            awaitHandshakes();
            return tls.engine().getSession();
        } finally {
            channel.close().sync();
        }
    }

    private void awaitHandshakes() throws InterruptedException {
        for (int i = 0; i < 500 && !office.metrics().contains("whodis_tls_handshakes_total{"); i++) {
            Thread.sleep(10);
        }
    }
}
