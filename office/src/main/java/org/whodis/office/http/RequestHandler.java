package org.whodis.office.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.whodis.core.wire.Bytes;

/** Answers whole requests, one at a time, and turns the one upgrade that is allowed into a {@link SocketHandler}. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String BEARER = "Bearer ";

    /** The name of all static files in metrics. */
    private static final String FILES = "/assets";

    /** A year is the longest that RFC 9111's predecessors allowed; {@code immutable} (RFC 8246) spares the question on reload. */
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";

    private final Connection connection;
    private final String tlsGroup;
    private boolean busy;

    RequestHandler(Connection connection, String tlsGroup) {
        this.connection = connection;
        this.tlsGroup = tlsGroup;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (!context.channel().isWritable()) {
            // Who asks on without taking what was answered would fill the memory with answers.
            connection.cut(HttpObserver.Refusal.SLOW_READER);
            return;
        }
        if (busy
                || request.decoderResult().isFailure()
                || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            // A pipelined request is allowed to a client and refused here: nobody needs it and it hides in queues.
            connection.observer().refused(HttpObserver.Refusal.MALFORMED);
            write(context, HttpAnswer.BAD_REQUEST, false);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        String path = request.uri();
        SocketRoute socket = connection.routes().socket(path);
        if (socket != null) {
            upgrade(context, request, socket);
            return;
        }
        StaticFile file = connection.routes().file(path);
        if (file != null) {
            answer(context, request, file, keepAlive);
            return;
        }
        Route route = connection.routes().find(path);
        if (route == null) {
            // The path is a stranger's text: it goes into no metric and no log.
            answer(context, "other", HttpAnswer.NOT_FOUND, keepAlive);
        } else if (!request.method().name().equals(route.method().name())) {
            answer(context, path, HttpAnswer.METHOD_NOT_ALLOWED, keepAlive);
        } else {
            handle(context, route, plain(request), keepAlive);
        }
    }

    private void answer(ChannelHandlerContext context, FullHttpRequest request, StaticFile file, boolean keepAlive) {
        if (!request.method().equals(HttpMethod.GET)) {
            answer(context, FILES, HttpAnswer.METHOD_NOT_ALLOWED, keepAlive);
            return;
        }
        armDeadline(context);
        ContentCoding coding = file.best(request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING));
        String entityTag = file.entityTag(coding);
        boolean known = entityTag.equals(request.headers().get(HttpHeaderNames.IF_NONE_MATCH));
        ByteBuf content = known ? Unpooled.EMPTY_BUFFER : file.content(coding);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, known ? HttpResponseStatus.NOT_MODIFIED : HttpResponseStatus.OK, content);
        HttpHeaders headers = response.headers()
                .set(HttpHeaderNames.CACHE_CONTROL, file.isImmutable() ? FOR_GOOD : HttpHeaderValues.NO_CACHE)
                .set(HttpHeaderNames.ETAG, entityTag)
                .set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
        file.headers().forEach(headers::set);
        setSafetyHeaders(headers);
        if (!known) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, file.contentType())
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
            if (coding != ContentCoding.IDENTITY) {
                headers.set(HttpHeaderNames.CONTENT_ENCODING, coding.token);
            }
        }
        connection.observer().answered(FILES, response.status().code());
        send(context, response, keepAlive);
    }

    private void handle(ChannelHandlerContext context, Route route, HttpRequest request, boolean keepAlive) {
        busy = true;
        context.channel().config().setAutoRead(false);
        try {
            connection.handlers().execute(() -> {
                HttpAnswer answer = run(route, request);
                context.executor().execute(() -> {
                    busy = false;
                    answer(context, route.path(), answer, keepAlive);
                    context.channel().config().setAutoRead(true);
                });
            });
        } catch (RejectedExecutionException e) {
            context.close();
        }
    }

    private HttpAnswer run(Route route, HttpRequest request) {
        try {
            return route.handler().answer(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HttpAnswer.FAULT;
        } catch (RuntimeException e) {
            connection.observer().handlerFailed(route.path(), e);
            return HttpAnswer.FAULT;
        }
    }

    private void answer(ChannelHandlerContext context, String path, HttpAnswer answer, boolean keepAlive) {
        connection.observer().answered(path, answer.status());
        write(context, answer, keepAlive);
    }

    private void write(ChannelHandlerContext context, HttpAnswer answer, boolean keepAlive) {
        armDeadline(context);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.wrappedBuffer(answer.body().toArray()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length())
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set(
                        HttpHeaderNames.CONTENT_SECURITY_POLICY,
                        "default-src 'none'; style-src 'unsafe-inline'; "
                                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        setSafetyHeaders(response.headers());
        send(context, response, keepAlive);
    }

    private void setSafetyHeaders(HttpHeaders headers) {
        headers.set("x-content-type-options", "nosniff")
                .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
                .set("referrer-policy", "no-referrer")
                .set("cross-origin-resource-policy", "same-origin");
        if (connection.routes().strictTransport()) {
            headers.set("strict-transport-security", "max-age=31536000");
        }
    }

    private static void send(ChannelHandlerContext context, FullHttpResponse response, boolean keepAlive) {
        if (keepAlive) {
            context.writeAndFlush(response);
        } else {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Until the next request, the end or the upgrade: also a reader that does not take the last answer is cut in time. */
    private static void armDeadline(ChannelHandlerContext context) {
        RequestDeadline deadline = context.pipeline().get(RequestDeadline.class);
        ChannelHandlerContext deadlineContext = context.pipeline().context(RequestDeadline.class);
        if (deadline != null && deadlineContext != null) {
            deadline.awaitNext(deadlineContext);
        }
    }

    private void upgrade(ChannelHandlerContext context, FullHttpRequest request, SocketRoute route) {
        boolean allowed = request.method().name().equals("GET")
                && offersSubprotocol(request, route.subprotocol())
                && (!route.postQuantum() || tlsGroup.equals(TlsContexts.HYBRID));
        WebSocketServerHandshaker handshaker = allowed
                ? new WebSocketServerHandshakerFactory(
                                "wss://" + route.path(),
                                route.subprotocol(),
                                WebSocketDecoderConfig.newBuilder()
                                        .maxFramePayloadLength(route.limits().messageBytes())
                                        .allowExtensions(false)
                                        .expectMaskedFrames(true)
                                        .closeOnProtocolViolation(true)
                                        .withUTF8Validator(false)
                                        .build())
                        .newHandshaker(request)
                : null;
        if (handshaker == null) {
            answer(context, route.path(), HttpAnswer.BAD_REQUEST, false);
            return;
        }
        connection.observer().answered(route.path(), HttpResponseStatus.SWITCHING_PROTOCOLS.code());
        SocketHandler socket =
                new SocketHandler(connection.with(route.limits()), route.path(), route.acceptor(), tlsGroup);
        armDeadline(context);
        try {
            handshaker.handshake(context.channel(), request).addListener(done -> {
                if (done.isSuccess()) {
                    SocketHandler.install(context.pipeline(), this, socket, false);
                } else {
                    context.close();
                }
            });
        } catch (RuntimeException e) {
            // A key or version field that the handshaker refuses: the client's fault.
            connection.cut(HttpObserver.Refusal.MALFORMED);
        }
    }

    private static boolean offersSubprotocol(FullHttpRequest request, String subprotocol) {
        String offered = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        if (offered == null) {
            return false;
        }
        for (String each : offered.split(",")) {
            if (each.trim().equals(subprotocol)) {
                return true;
            }
        }
        return false;
    }

    private HttpRequest plain(FullHttpRequest request) {
        byte[] body = new byte[request.content().readableBytes()];
        request.content().getBytes(request.content().readerIndex(), body);
        return new HttpRequest(request.uri(), Bytes.of(body), bearerToken(request), connection.peer());
    }

    private static @Nullable String bearerToken(FullHttpRequest request) {
        String value = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        return value != null && value.startsWith(BEARER) ? value.substring(BEARER.length()) : null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == SocketHandler.GoAway.INSTANCE && !busy) {
            context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.cut(HttpObserver.Refusal.MALFORMED);
    }
}
