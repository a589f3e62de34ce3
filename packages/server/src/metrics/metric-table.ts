/** What a metric is, and how it is exported. */
export interface MetricDescription {
  /** The exported name. Those that begin with `signalr.` are ASP.NET Core's, so that its dashboards fit. */
  readonly name: string;
  /**
   * `counter` only grows; `upDown` also falls; `histogram` collects single values;
   * `gauge` is not counted but read, when somebody looks.
   */
  readonly kind: 'counter' | 'upDown' | 'histogram' | 'gauge';
  /** The unit, in UCUM: `s`, `By`, or a thing in braces. */
  readonly unit: string;
  readonly description: string;
  /** The upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
  /** The attributes besides {@link endpointAttribute}, which all have. */
  readonly attributes: readonly string[];
}

/** The attribute that every metric has: the path at which the hub or the raw endpoint is mapped. */
export const endpointAttribute = 'minihub.endpoint';

const table = {
  activeConnections: {
    name: 'signalr.server.active_connections',
    kind: 'upDown',
    unit: '{connection}',
    description: 'Number of connections that are currently active on the server.',
    attributes: ['signalr.transport'],
  },
  connectionDuration: {
    name: 'signalr.server.connection.duration',
    kind: 'histogram',
    unit: 's',
    description: 'The duration of connections on the server.',
    buckets: [0.01, 0.1, 1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 21_600, 86_400],
    attributes: ['signalr.transport', 'signalr.connection.status', 'minihub.disconnect.cause'],
  },
  messagesReceived: {
    name: 'minihub.server.messages.received',
    kind: 'counter',
    unit: '{message}',
    description: 'Messages from clients: calls, items, completions, cancellations, raw messages. Pings do not count.',
    attributes: [],
  },
  messagesSent: {
    name: 'minihub.server.messages.sent',
    kind: 'counter',
    unit: '{message}',
    description: 'Messages written to clients. Pings do not count.',
    attributes: [],
  },
  bytesReceived: {
    name: 'minihub.server.bytes.received',
    kind: 'counter',
    unit: 'By',
    description: 'Bytes from clients, without what the transport adds.',
    attributes: [],
  },
  bytesSent: {
    name: 'minihub.server.bytes.sent',
    kind: 'counter',
    unit: 'By',
    description: 'Bytes written to clients, without what the transport adds.',
    attributes: [],
  },
  invocationDuration: {
    name: 'minihub.server.invocation.duration',
    kind: 'histogram',
    unit: 's',
    description: 'How long calls of hub methods took, from their turn to their completion; streams to their last item.',
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    attributes: ['rpc.method', 'minihub.outcome'],
  },
  refusals: {
    name: 'minihub.server.refusals',
    kind: 'counter',
    unit: '{refusal}',
    description: 'Requests, connections and calls that were refused, by reason.',
    attributes: ['minihub.reason'],
  },
  rateDelays: {
    name: 'minihub.server.rate_delays',
    kind: 'counter',
    unit: '{delay}',
    description: 'How often reading from a connection waited because it exceeded a rate limit.',
    attributes: [],
  },
  slowClients: {
    name: 'minihub.server.slow_clients',
    kind: 'counter',
    unit: '{connection}',
    description: 'Connections that were ended because the client did not take what was sent to it.',
    attributes: [],
  },
  messagesDropped: {
    name: 'minihub.server.messages.dropped',
    kind: 'counter',
    unit: '{message}',
    description: 'Messages that a client did not get because it did not keep up, as their policy allows.',
    attributes: ['minihub.policy'],
  },
  resumes: {
    name: 'minihub.server.resumes',
    kind: 'counter',
    unit: '{resume}',
    description: 'Connections that came back by stateful reconnect.',
    attributes: [],
  },
  bufferedBytes: {
    name: 'minihub.server.buffered_bytes',
    kind: 'gauge',
    unit: 'By',
    description: 'Bytes that wait in the process for clients to take them.',
    attributes: [],
  },
} as const;

/** One of the names of {@link serverMetrics}. */
export type MetricName = keyof typeof table;

/** Every metric of the server. */
export const serverMetrics: Readonly<Record<MetricName, MetricDescription>> = table;

type NamesOfKind<Kind> = { [K in MetricName]: (typeof table)[K]['kind'] extends Kind ? K : never }[MetricName];

/** The metrics that are counted. */
export type CounterName = NamesOfKind<'counter' | 'upDown'>;

/** The metrics that collect values. */
export type HistogramName = NamesOfKind<'histogram'>;

/** The metrics that are read when somebody looks. */
export type GaugeName = NamesOfKind<'gauge'>;

/** Why something was refused: the values of `minihub.reason`, with what they mean. */
export const refusalReasons = {
  closing: 'The server is closing.',
  origin: 'The web page comes from an origin that is not allowed.',
  unauthorized: '`authenticate` or `authorize` refused the request with 401.',
  forbidden: '`authenticate` or `authorize` refused the request with 403.',
  authenticate_failed: '`authenticate` or `authorize` threw something else; the request got 500.',
  authentication_unavailable: '`authenticate` took longer than `authenticateTimeoutMs`, or could not find out (503).',
  other_user: 'The connection that the request names belongs to another user.',
  too_many_pending: 'More negotiated connections wait for their transport than `maxPendingConnections` allows.',
  connect_rate: 'More connections are opened than `rateLimits.connects` allows; the request got 429.',
  too_many_connections:
    'The user or the address has as many connections as `maxConnectionsPerUser` or `maxConnectionsPerAddress` allows.',
  mini_program: 'The mini program that the Referer names is not among `allowedAppIds`, or the Referer is odd.',
  rate_limit: 'A call, or a whole connection, exceeded `rateLimits.messages` or `rateLimits.methods`.',
  too_many_posts: 'More posts of a connection wait for each other than `maxWaitingPosts` allows.',
  unknown_method: 'The client called a method that does not exist.',
  wrong_call:
    'The call does not fit the method: a stream instead of a method, an id in use, a wrong number of streams.',
  too_many_calls: 'More calls run or wait than `maxActiveInvocations` allows.',
  invalid_arguments: 'The arguments of a call do not fit the method.',
  method_unauthorized: 'The client called a method that it may not call.',
} as const;

/** One of the reasons of {@link refusalReasons}. */
export type RefusalReason = keyof typeof refusalReasons;
