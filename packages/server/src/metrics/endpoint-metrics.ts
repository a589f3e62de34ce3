import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import {
  type CounterName,
  endpointAttribute,
  type GaugeName,
  type HistogramName,
  type RefusalReason,
} from './metric-table.ts';
import type { MetricAttributes, Metrics } from './metrics.ts';

/**
 * The metrics of one endpoint, as the server's own code counts them. It is `undefined` when nobody collects, and
 * optional chaining then leaves out the call and the making of its arguments.
 *
 * To count a new thing: add a row to `metric-table.ts` (exporters and the reference page take it from there), and
 * call this where it happens. Everything that serves an endpoint has a `metrics`.
 *
 * @example
 * this.#host.metrics?.count('resumes');
 * this.#host.metrics?.count('messagesDropped', dropped, { 'minihub.policy': policy }); // with a row of that name
 * this.#host.metrics?.refused('rate_limit'); // with a line in refusalReasons
 */
export class EndpointMetrics {
  readonly #sinks: readonly Metrics[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #base: MetricAttributes;

  constructor(
    sinks: readonly Metrics[],
    parts: { readonly endpoint: string; readonly clock: Clock; readonly log: Log },
  ) {
    this.#sinks = sinks;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#base = Object.freeze({ [endpointAttribute]: parts.endpoint });
  }

  /** Counts: `amount` of something has happened. */
  count(name: CounterName, amount = 1, attributes?: MetricAttributes): void {
    const all = this.#with(attributes);
    this.#tell((sink) => sink.add(name, amount, all));
  }

  /** Counts something that was refused. */
  refused(reason: RefusalReason): void {
    this.count('refusals', 1, { 'minihub.reason': reason });
  }

  /** A value for a histogram. */
  record(name: HistogramName, value: number, attributes?: MetricAttributes): void {
    const all = this.#with(attributes);
    this.#tell((sink) => sink.record(name, value, all));
  }

  /** The seconds since `startedMs`, which {@link EndpointMetrics.now} gave, for a histogram. */
  recordSince(name: HistogramName, startedMs: number, attributes?: MetricAttributes): void {
    this.record(name, (this.#clock.now() - startedMs) / 1_000, attributes);
  }

  /** Now, for {@link EndpointMetrics.recordSince}. */
  now(): number {
    return this.#clock.now();
  }

  /** Offers a gauge, which is read when somebody looks. */
  gauge(name: GaugeName, read: () => number): void {
    this.#tell((sink) => sink.observe(name, () => ({ value: read(), attributes: this.#base })));
  }

  #with(attributes: MetricAttributes | undefined): MetricAttributes {
    return attributes === undefined ? this.#base : { ...this.#base, ...attributes };
  }

  #tell(tell: (sink: Metrics) => void): void {
    for (const sink of this.#sinks) {
      try {
        tell(sink);
      } catch (error) {
        this.#log('metricsThrew', { error });
      }
    }
  }
}
