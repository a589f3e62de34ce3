/**
 * What happens when a limit is reached, with the codes that are seen then. Each option of `limits.mjs` has a line here,
 * and no line is of an option that does not exist. `off:` lines say what turns off what its doc comment does not.
 * @type {Readonly<Record<string, { en: string, zh: string, codes?: readonly string[] }>>}
 */
export const effects = {
  'HubLimits.keepAliveIntervalMs': {
    en: 'The server sends a Ping, past everything that waits.',
    zh: '服务器发送 Ping，越过所有排队的数据。',
  },
  'HubLimits.clientTimeoutMs': {
    en: 'Close with `allowReconnect`; `disconnected` gets the cause `timeout`.',
    zh: '发送带 `allowReconnect` 的 Close；`disconnected` 的 cause 为 `timeout`。',
    codes: ['MH_SERVER_CLIENT_TIMEOUT'],
  },
  'HubLimits.handshakeTimeoutMs': {
    en: 'The handshake is refused: “Handshake was canceled.”',
    zh: '拒绝握手：“Handshake was canceled.”',
    codes: ['MH_SERVER_HANDSHAKE_FAILED'],
  },
  'HubLimits.maxMessageBytes': {
    en: 'Close with `allowReconnect`, before the message is read whole; far beyond it the WebSocket is closed with 1009.',
    zh: '在读完整条消息之前发送带 `allowReconnect` 的 Close；远超限制时以 1009 关闭 WebSocket。',
    codes: ['MH_PROTO_MESSAGE_TOO_LARGE'],
  },
  'HubLimits.maxParallelInvocations': { en: 'Further calls wait, in order.', zh: '其余调用按顺序等待。' },
  'HubLimits.maxPendingInvocations': {
    en: 'The socket is read no further until some have begun: back-pressure, nothing is lost.',
    zh: '暂停读取套接字，直到有调用开始执行：反压，不丢失任何内容。',
  },
  'HubLimits.maxPendingBytes': {
    en: 'The socket is read no further until some have begun: back-pressure, nothing is lost.',
    zh: '暂停读取套接字，直到有调用开始执行：反压，不丢失任何内容。',
  },
  'HubLimits.maxActiveInvocations': {
    en: 'The call is answered with an error that says so.',
    zh: '以说明原因的错误回应该调用。',
    codes: ['MH_SERVER_TOO_MANY_CALLS'],
  },
  'HubLimits.uploadBufferItems': {
    en: 'The socket is read no further until the method has read some.',
    zh: '暂停读取套接字，直到方法读取了一些项。',
  },
  'HubLimits.flushIntervalMs': {
    en: 'Everything that has gathered leaves in one write.',
    zh: '积累的所有消息一次写出。',
  },
  'HubLimits.maxBufferedBytes': {
    en: 'What `slowClients` says: disconnect, drop, keep the latest, or wait.',
    zh: '按 `slowClients` 处理：断开、丢弃、只保留最新或等待。',
    codes: ['MH_SERVER_SLOW_CLIENT'],
  },
  'HubLimits.maxRecordsPerChunk': {
    en: 'Close with `allowReconnect`; the messages before it are carried out.',
    zh: '发送带 `allowReconnect` 的 Close；之前的消息照常执行。',
    codes: ['MH_PROTO_LIMIT_EXCEEDED'],
  },
  'HubLimits.maxFragments': {
    en: 'The WebSocket is closed with 1008.',
    zh: '以 1008 关闭 WebSocket。',
    codes: ['MH_SERVER_TRANSPORT'],
  },
  'HubLimits.disconnectGraceMs': {
    en: 'Calls that still wait are dropped, and `disconnected` runs. The log has `callsDropped`; `connectedLate` where `connected` has not ended.',
    zh: '丢弃仍在等待的调用并执行 `disconnected`。日志中有 `callsDropped`；若 `connected` 尚未结束，则为 `connectedLate`。',
  },
  'StatefulReconnect.windowMs': {
    en: '`disconnected` runs; who comes later gets 404 and begins anew. For phones: 60 s or more.',
    zh: '执行 `disconnected`；之后再来的客户端得到 404，需重新开始。面向手机时至少 60 秒。',
  },
  'StatefulReconnect.bufferBytes': {
    en: 'Streams to the client, and sends with the policy `wait`, wait for its acknowledgement.',
    zh: '发往该客户端的流以及 `wait` 策略的发送等待其确认。',
  },
  'StatefulReconnect.maxTotalBytes': {
    en: 'Connections that are away are given up, those that cost most first.',
    zh: '放弃离线的连接，占用最多者优先。',
    codes: ['MH_SERVER_SLOW_CLIENT'],
  },
  'StatefulReconnect.withoutNegotiation': {
    en: 'The client is told its token by the callback `minihub:connection`.',
    zh: '通过回调 `minihub:connection` 把令牌告诉客户端。',
  },
  'SlowClients.policy': {
    en: 'Whether a client over its budget is disconnected, misses messages, or makes senders wait.',
    zh: '超出预算的客户端是被断开、错过消息，还是让发送方等待。',
    codes: ['MH_SERVER_SLOW_CLIENT'],
  },
  'SlowClients.waitMs': { en: 'The promise is fulfilled all the same.', zh: 'Promise 照样完成。' },
  'SlowClients.tellClient': {
    en: 'The client is told how many messages it has missed.',
    zh: '告诉客户端错过了多少条消息。',
  },
  'Compression.thresholdBytes': { en: 'Smaller frames are sent as they are.', zh: '更小的帧原样发送。' },
  'Compression.maxBytes': { en: 'Larger frames are sent as they are.', zh: '更大的帧原样发送。' },
  'Compression.level': { en: 'More time, a little less traffic.', zh: '花更多时间，略减流量。' },
  'off:level': { en: '– (1 to 9)', zh: '–（1 至 9）' },
  'RawLimits.maxMessageBytes': {
    en: 'The WebSocket is closed with 1009.',
    zh: '以 1009 关闭 WebSocket。',
    codes: ['MH_SERVER_TRANSPORT'],
  },
  'RawLimits.maxBufferedBytes': {
    en: 'What `slowClients` says; by default the connection is cut.',
    zh: '按 `slowClients` 处理；默认切断连接。',
    codes: ['MH_SERVER_SLOW_CLIENT'],
  },
  'RawLimits.maxFragments': {
    en: 'The WebSocket is closed with 1008.',
    zh: '以 1008 关闭 WebSocket。',
    codes: ['MH_SERVER_TRANSPORT'],
  },
  'RawLimits.pingIntervalMs': {
    en: 'A client that has not answered by the next ping is cut.',
    zh: '到下一次 ping 仍未应答的客户端被切断。',
    codes: ['MH_SERVER_CLIENT_TIMEOUT'],
  },
  'RawLimits.maxPendingMessages': {
    en: 'The socket is read no further until half of them are handled.',
    zh: '暂停读取套接字，直到处理了一半。',
  },
  'RawLimits.maxPendingBytes': {
    en: 'The socket is read no further until half of them are handled.',
    zh: '暂停读取套接字，直到处理了一半。',
  },
  'ServerLimits.connectTimeoutMs': {
    en: 'The id is forgotten; who comes later gets 404.',
    zh: '忘记该 id；之后再来的请求得到 404。',
  },
  'ServerLimits.authenticateTimeoutMs': {
    en: 'The request is answered with 503.',
    zh: '该请求返回 503。',
  },
  'ServerLimits.maxPendingConnections': {
    en: 'negotiate is answered with 503 and `Retry-After`.',
    zh: 'negotiate 返回 503 和 `Retry-After`。',
    codes: ['MH_SERVER_TOO_MANY_CONNECTIONS'],
  },
  'ServerLimits.closeTimeoutMs': { en: 'The socket is cut.', zh: '切断套接字。' },
  'ServerLimits.pollTimeoutMs': {
    en: 'The poll is answered empty, and the client polls again.',
    zh: '返回空响应，客户端再次轮询。',
  },
  'ServerLimits.sendTimeoutMs': { en: 'The connection is cut.', zh: '切断连接。' },
  'ServerLimits.maxWaitingPosts': {
    en: 'The post is answered with 503 and `Retry-After`.',
    zh: '该 POST 返回 503 和 `Retry-After`。',
    codes: ['MH_SERVER_TOO_MANY_CALLS'],
  },
  'ServerLimits.maxConnectionsPerUser': {
    en: '429 with `Retry-After`; the code is in the body.',
    zh: '返回带 `Retry-After` 的 429；正文中有代码。',
    codes: ['MH_SERVER_TOO_MANY_CONNECTIONS'],
  },
  'ServerLimits.maxConnectionsPerAddress': {
    en: '429 with `Retry-After`; the code is in the body.',
    zh: '返回带 `Retry-After` 的 429；正文中有代码。',
    codes: ['MH_SERVER_TOO_MANY_CONNECTIONS'],
  },
  'ServerLimits.maxRateKeys': {
    en: 'Newcomers share one bucket until others are quiet again; who is known keeps its own.',
    zh: '新来者共用一个令牌桶，直到其他人安静下来；已知者保留各自的桶。',
  },
  'ServerLimits.maxTurnInflatedBytes': {
    en: 'The message waits for the next turn of the event loop, and what came behind it with it; everybody else goes on.',
    zh: '该消息及其后的内容等到事件循环的下一轮；其他客户端不受影响。',
  },
  'DrainOptions.perSecond': { en: 'The others wait for their turn to be told.', zh: '其余客户端等待轮到自己被通知。' },
  'DrainOptions.deadlineMs': { en: 'Who has not gone is cut.', zh: '尚未离开的客户端被切断。' },
  'DecoderLimits.maxMessageBytes': {
    en: 'The connection ends.',
    zh: '连接结束。',
    codes: ['MH_PROTO_MESSAGE_TOO_LARGE'],
  },
  'DecoderLimits.maxRecordsPerChunk': {
    en: 'The connection ends.',
    zh: '连接结束。',
    codes: ['MH_PROTO_LIMIT_EXCEEDED'],
  },
  'DecoderLimits.maxArguments': { en: 'The connection ends.', zh: '连接结束。', codes: ['MH_PROTO_LIMIT_EXCEEDED'] },
  'DecoderLimits.maxStreamIds': { en: 'The connection ends.', zh: '连接结束。', codes: ['MH_PROTO_LIMIT_EXCEEDED'] },
  'DecoderLimits.maxHeaders': { en: 'The connection ends.', zh: '连接结束。', codes: ['MH_PROTO_LIMIT_EXCEEDED'] },
  'DecoderLimits.maxDepth': { en: 'The connection ends.', zh: '连接结束。', codes: ['MH_PROTO_LIMIT_EXCEEDED'] },
  'DecoderLimits.maxCollectionItems': {
    en: 'The connection ends, before anything is allocated.',
    zh: '在分配任何内存之前结束连接。',
    codes: ['MH_PROTO_LIMIT_EXCEEDED'],
  },
  'HubConnectionOptions.connectTimeoutMs': {
    en: 'The attempt fails, and the next follows by `reconnect`.',
    zh: '本次尝试失败，按 `reconnect` 进行下一次。',
    codes: ['MH_CLIENT_CONNECT_TIMEOUT'],
  },
  'HubConnectionOptions.handshakeTimeoutMs': {
    en: 'The attempt fails, and the next follows by `reconnect`.',
    zh: '本次尝试失败，按 `reconnect` 进行下一次。',
    codes: ['MH_CLIENT_HUB_HANDSHAKE'],
  },
  'HubConnectionOptions.keepAliveIntervalMs': { en: 'The client sends a Ping.', zh: '客户端发送 Ping。' },
  'HubConnectionOptions.serverTimeoutMs': {
    en: 'The connection counts as lost.',
    zh: '视为连接丢失。',
    codes: ['MH_CLIENT_SILENT'],
  },
  'HubConnectionOptions.probeTimeoutMs': {
    en: 'The connection counts as lost.',
    zh: '视为连接丢失。',
    codes: ['MH_CLIENT_SILENT'],
  },
  'HubConnectionOptions.closeTimeoutMs': { en: 'The socket is cut.', zh: '切断套接字。' },
  'HubConnectionOptions.resumeWindowMs': {
    en: 'The client connects anew, with a new connection id.',
    zh: '客户端重新连接，连接 id 改变。',
    codes: ['MH_CLIENT_RESUME_REFUSED'],
  },
  'HubConnectionOptions.resumeBufferBytes': {
    en: 'Further messages wait for an acknowledgement.',
    zh: '后续消息等待确认。',
  },
  'HubConnectionOptions.maxQueuedBytes': {
    en: 'The call fails; it was not sent.',
    zh: '调用失败，未发送。',
    codes: ['MH_CLIENT_QUEUE_FULL'],
  },
  'HubConnectionOptions.maxQueuedMs': {
    en: 'The call fails; it was not sent.',
    zh: '调用失败，未发送。',
    codes: ['MH_CLIENT_QUEUE_EXPIRED'],
  },
  'HubConnectionOptions.maxStreamItems': {
    en: 'The stream is cancelled, and its reader gets the error.',
    zh: '取消该流，读取方收到错误。',
    codes: ['MH_CLIENT_LIMIT'],
  },
  'off:closeTimeoutMs': { en: '–', zh: '–' },
  'off:resumeWindowMs': { en: '– (one attempt)', zh: '–（尝试一次）' },
  'off:baseDelayMs': { en: '–', zh: '–' },
  'off:maxDelayMs': { en: '–', zh: '–' },
  'ReconnectOptions.baseDelayMs': {
    en: 'Delays are drawn at random below it, doubling.',
    zh: '延迟在其下随机取值，逐次加倍。',
  },
  'ReconnectOptions.maxDelayMs': { en: 'Delays grow no further.', zh: '延迟不再增长。' },
  'ReconnectOptions.maxAttempts': { en: 'The connection is given up.', zh: '放弃连接。' },
  'WebSocketClassOptions.connectTimeoutMs': {
    en: '`error`, then `close` with 1006.',
    zh: '先 `error`，再以 1006 `close`。',
    codes: ['MH_CLIENT_CONNECT_TIMEOUT'],
  },
  'WebSocketClassOptions.closeTimeoutMs': {
    en: '`close` is dispatched without the platform.',
    zh: '不等平台，直接派发 `close`。',
    codes: ['MH_CLIENT_CLOSE_TIMEOUT'],
  },
  'WebSocketClassOptions.suspectGraceMs': {
    en: 'The socket counts as dead: `close` with 1006.',
    zh: '视为套接字已死：以 1006 `close`。',
    codes: ['MH_CLIENT_SILENT'],
  },
  'WebSocketClassOptions.silenceTimeoutMs': {
    en: 'The socket counts as dead: `close` with 1006.',
    zh: '视为套接字已死：以 1006 `close`。',
    codes: ['MH_CLIENT_SILENT'],
  },
};
