import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { HubFilter } from '../filters/hub-filter.ts';
import { normalizePath } from '../http/path-table.ts';
import type { HubContext } from '../hub/hub-context.ts';
import { TracedStream } from './traced-stream.ts';

type AnyContext = HubContext<unknown, unknown>;

/** What {@link tracing} takes. */
export interface TracingOptions {
  /**
   * The name of the hub in spans. @defaultValue the path at which it is mapped, in lower case and without the slash
   * before it
   */
  readonly hubName?: (context: AnyContext) => string;
}

/** The name under which ASP.NET Core's spans are collected. */
const sourceName = 'Microsoft.AspNetCore.SignalR.Server';

/**
 * A filter that makes an OpenTelemetry span of each call, `connected` and `disconnected`, named and attributed as those
 * of ASP.NET Core: `chat/say`, `chat/OnConnectedAsync`. A call continues the trace that its message names in its headers
 * (`traceparent`, `tracestate`, `baggage`), as the propagator that is registered reads them, and is linked to that of
 * the request that opened the connection. The span is the active one while the method runs and while its stream is
 * read. Arguments and results are never recorded.
 *
 * Put it first, so that what other filters do is within the span.
 * @example createHubServer({ filters: [tracing()] })
 */
export function tracing(options: TracingOptions = {}): HubFilter {
  const hubName = options.hubName ?? nameOfPath;
  const begin = (hub: AnyContext, method: string, kind: SpanKind, parent: Context, more?: Attributes): Traced => {
    const service = hubName(hub);
    const attributes = { 'rpc.system': 'signalr', 'rpc.service': service, 'rpc.method': method, ...more };
    const links = linksOf(hub);
    return new Traced(tracer().startSpan(`${service}/${method}`, { kind, attributes, links }, parent), parent);
  };
  return {
    async invoke({ context: hub, method, kind }, next) {
      const traced = begin(hub, method, SpanKind.SERVER, propagation.extract(ROOT_CONTEXT, hub.headers));
      const result = await traced.run(next, kind === 'method');
      return kind === 'method' ? result : TracedStream.around(result, traced);
    },
    async connected(hub, next) {
      await begin(hub, 'OnConnectedAsync', SpanKind.INTERNAL, ROOT_CONTEXT).run(next, true);
    },
    async disconnected(hub, { cause }, next) {
      const about = { 'minihub.disconnect.cause': cause };
      await begin(hub, 'OnDisconnectedAsync', SpanKind.INTERNAL, ROOT_CONTEXT, about).run(next, true);
    },
  };
}

/** A span that is under way, and the context in which it is the active one. */
export class Traced {
  readonly #span: Span;
  readonly #context: Context;

  constructor(span: Span, parent: Context) {
    this.#span = span;
    this.#context = trace.setSpan(parent, span);
  }

  /** Runs `work` within the span. What it throws ends the span as failed; `endsSpan` ends it in any case. */
  async run<Value>(work: () => Promise<Value>, endsSpan: boolean): Promise<Value> {
    try {
      const value = await this.within(work);
      if (endsSpan) this.end();
      return value;
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** Runs `work` with the span as the active one. */
  within<Value>(work: () => Value): Value {
    return context.with(this.#context, work);
  }

  /** All went well. */
  end(): void {
    this.#span.end();
  }

  /** Something was thrown. */
  fail(error: unknown): void {
    const { name = typeof error, message = String(error) } = error instanceof Error ? error : {};
    this.#span.recordException(error instanceof Error ? error : message);
    this.#span.setAttribute('error.type', name);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
    this.#span.end();
  }
}

function tracer(): Tracer {
  return trace.getTracer(sourceName);
}

/** The request that opened the connection has a trace of its own. */
function linksOf({ connection }: AnyContext): Link[] {
  const opened = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, connection.request.headers));
  return opened === undefined ? [] : [{ context: opened }];
}

// A path from the wire in one form only, or every way of writing it would be a hub of its own.
function nameOfPath({ connection }: AnyContext): string {
  return normalizePath(connection.request.path).slice(1);
}
