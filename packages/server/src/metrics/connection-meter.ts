import type { DisconnectCause } from '../hub/hub-context.ts';
import type { TransportName } from '../transport/transport.ts';
import type { EndpointMetrics } from './endpoint-metrics.ts';

const transportNames: Readonly<Record<TransportName, string>> = {
  WebSockets: 'web_sockets',
  ServerSentEvents: 'server_sent_events',
  LongPolling: 'long_polling',
};

/** The life of one connection in the two metrics that ASP.NET Core has for it. @see signalr.md, "Observability" */
export class ConnectionMeter {
  readonly #metrics: EndpointMetrics;
  readonly #attributes: { readonly 'signalr.transport': string };
  readonly #startedMs: number;
  #endedMs: number | undefined;

  /** One for a connection on `transport`, where somebody collects. */
  static of(
    metrics: EndpointMetrics | undefined,
    { name }: { readonly name: TransportName },
  ): ConnectionMeter | undefined {
    return metrics === undefined ? undefined : new ConnectionMeter(metrics, name);
  }

  private constructor(metrics: EndpointMetrics, transport: TransportName) {
    this.#metrics = metrics;
    this.#attributes = { 'signalr.transport': transportNames[transport] };
    this.#startedMs = metrics.now();
    metrics.count('activeConnections', 1, this.#attributes);
  }

  /** Nobody can reach the connection any more. */
  ended(): void {
    if (this.#endedMs !== undefined) return;
    this.#endedMs = this.#metrics.now();
    this.#metrics.count('activeConnections', -1, this.#attributes);
  }

  /** It is known why the connection has ended. To be called once, after {@link ConnectionMeter.ended}. */
  closed(cause: DisconnectCause): void {
    const seconds = ((this.#endedMs ?? this.#metrics.now()) - this.#startedMs) / 1_000;
    this.#metrics.record('connectionDuration', seconds, {
      ...this.#attributes,
      'signalr.connection.status': statusOf(cause),
      'minihub.disconnect.cause': cause,
    });
  }
}

/** ASP.NET Core knows three ends; the cause itself is in an attribute of its own. */
function statusOf(cause: DisconnectCause): 'normal_closure' | 'timeout' | 'app_shutdown' {
  if (cause === 'shutdown') return 'app_shutdown';
  return cause === 'timeout' ? 'timeout' : 'normal_closure';
}
