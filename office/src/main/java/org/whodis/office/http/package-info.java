/** The one TCP port: TLS 1.3 by BoringSSL, HTTP and WebSocket, with every limit that keeps strangers in bounds. All Netty is here. */
@NullMarked
package org.whodis.office.http;

import org.jspecify.annotations.NullMarked;
