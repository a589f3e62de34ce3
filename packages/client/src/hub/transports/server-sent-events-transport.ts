import { type ClientError, clientError } from '../../errors.ts';
import type { FallbackTransport } from './fallback.ts';
import { HttpSender } from './http-sender.ts';

/** The part of an EventSource that is used. */
export interface EventSourceLike {
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  close(): void;
}

/** A class of EventSource: a browser's, or that of the `eventsource` package. */
export type EventSourceClass = new (url: string, options: { withCredentials: boolean }) => EventSourceLike;

declare const EventSource: EventSourceClass | undefined;

/** Options of {@link serverSentEvents}. */
export interface ServerSentEventsOptions {
  /** @defaultValue the host's */
  readonly EventSource?: EventSourceClass;
  /** Whether cookies go to other origins. @defaultValue true (as SignalR) */
  readonly withCredentials?: boolean;
}

/**
 * Server-sent events: messages come over one hanging response, and go by POST. Text protocols only. Not offered where there
 * is no EventSource. @see signalr.md 1.5
 */
export function serverSentEvents(options: ServerSentEventsOptions = {}): FallbackTransport {
  return {
    name: 'ServerSentEvents',
    create({ http, binary }) {
      const Source = options.EventSource ?? (typeof EventSource === 'function' ? EventSource : undefined);
      if (Source === undefined || binary) return undefined;
      return (target, events) => {
        let over = false;
        const source = new Source(target.url, { withCredentials: options.withCredentials ?? true });
        const finish = (error?: ClientError): void => {
          if (over) return;
          over = true;
          source.close();
          events.closed(error);
        };
        const sender = new HttpSender(http, target, finish);
        let opened = false;
        source.onopen = () => {
          opened = true;
          events.opened();
        };
        source.onmessage = ({ data }: { data: string }) => {
          if (!over) events.received(data);
        };
        // It would connect again by itself, and get a connection that the server has never heard of.
        source.onerror = () => {
          const text = opened ? 'The stream of events broke' : 'The stream of events could not be opened';
          finish(clientError('MH_CLIENT_NETWORK', text));
        };
        return {
          send: (data) => sender.send(data),
          close: () => sender.whenIdle(() => finish()),
          bufferedBytes: () => sender.bufferedBytes,
        };
      };
    },
  };
}
