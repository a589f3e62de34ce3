import type { HubMessage } from '@minihub/protocol';
import { type ClientError, clientError } from '../errors.ts';
import type { ClientSession } from './client-session.ts';
import type { EngineSettings } from './engine-needs.ts';
import { SendQueue, type Waiting } from './send-queue.ts';

/** What an {@link Outgoing} asks of its connection. */
export interface OutgoingHost {
  readonly session: ClientSession | undefined;
  /** Whether nothing may be sent any more, or not yet. */
  readonly isOver: boolean;
  now(): number;
  /** Something is due at another time than before. */
  arm(): void;
}

/** The way out of a connection: at once where that is possible, else through the queue, in order. */
export class Outgoing {
  readonly queue: SendQueue;
  /** While listeners hear of a new connection: what they send (joining groups again) goes before what has been waiting. */
  settling: boolean = false;
  private readonly settings: EngineSettings;
  private readonly host: OutgoingHost;

  constructor(settings: EngineSettings, host: OutgoingHost) {
    this.settings = settings;
    this.host = host;
    this.queue = new SendQueue(settings);
  }

  /** @returns takes the message back; false when it has gone */
  submit(message: HubMessage, done: (error?: ClientError) => void): () => boolean {
    const { settings, queue, host } = this;
    const session = host.session;
    const entry: Waiting = { frame: '', message, at: host.now(), done };
    let failure: ClientError | undefined;
    try {
      entry.frame = settings.codec.encode(message);
    } catch (error) {
      failure = error as ClientError;
    }
    if (!failure && session?.isWritable && (queue.isEmpty || this.settling)) {
      session.send(entry.frame, message, entry.at);
      done();
    } else {
      if (!failure && (host.isOver || (!settings.queueing && session?.phase !== 'open'))) {
        failure = clientError('MH_CLIENT_NOT_CONNECTED', 'Not connected');
      }
      failure ||= queue.add(entry);
      if (failure) done(failure);
    }
    host.arm();
    return () => queue.remove(entry);
  }

  /** Sends what waits, as far as the session takes it. */
  drain(): void {
    const { queue, host } = this;
    const now = host.now();
    queue.expire(now);
    for (;;) {
      const session = host.session;
      const entry = session?.isWritable ? queue.take() : undefined;
      if (!entry) return;
      session?.send(entry.frame, entry.message, now);
      entry.done();
    }
  }
}
