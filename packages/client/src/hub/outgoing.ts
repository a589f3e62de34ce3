import { type HubMessage, MessageType } from '@minihub/protocol';
import { type ClientError, clientError, exceeded } from '../errors.ts';
import { utf8Length } from '../web-socket/text.ts';
import type { ClientSession } from './client-session.ts';
import type { EngineSettings } from './engine-needs.ts';

/** What may wait for a connection; 0 turns a limit off. */
export interface QueueLimits {
  readonly maxQueuedBytes: number;
  readonly maxQueuedMs: number;
}

/** What an {@link Outgoing} asks of its connection. */
export interface OutgoingHost {
  readonly session: ClientSession | undefined;
  /** Whether nothing may be sent any more, or not yet. */
  readonly isOver: boolean;
  now(): number;
  /** Something is due at another time than before. */
  arm(): void;
}

/** A message on its way, encoded when it was given. */
interface Entry {
  frame: string | Uint8Array;
  bytes: number;
  readonly message: HubMessage;
  readonly at: number;
  readonly done: (error?: ClientError) => void;
}

/**
 * The way out of a connection: at once where that is possible, else through a queue, in order. What leaves the queue is sent
 * once or refused, never both.
 */
export class Outgoing {
  /** While listeners hear of a new connection: what they send (joining groups again) goes before what has been waiting. */
  settling: boolean = false;
  /** Those that wait, oldest first. */
  private entries: Entry[] = [];
  private bytes = 0;
  private readonly settings: EngineSettings;
  private readonly host: OutgoingHost;

  constructor(settings: EngineSettings, host: OutgoingHost) {
    this.settings = settings;
    this.host = host;
  }

  /** @returns takes the message back; false when it has gone */
  submit(message: HubMessage, done: (error?: ClientError) => void): () => boolean {
    const { settings, host, entries } = this;
    const { session } = host;
    const entry: Entry = { frame: '', bytes: 0, message, at: host.now(), done };
    let failure: ClientError | undefined;
    try {
      entry.frame = settings.codec.encode(message);
    } catch (error) {
      failure = error as ClientError;
    }
    if (!failure && session?.isWritable && (this.settling || entries.length === 0)) {
      session.send(entry.frame, message, entry.at);
      done();
    } else {
      failure ||=
        host.isOver || !(settings.queueing || session?.isOpen)
          ? clientError('MH_CLIENT_NOT_CONNECTED', 'Not connected')
          : this.add(entry);
      if (failure) done(failure);
    }
    host.arm();
    return () => this.remove(entry);
  }

  /** Sends what waits, as far as the session takes it. */
  drain(): void {
    const { host } = this;
    const now = host.now();
    this.expire(now);
    while (this.entries.length > 0 && host.session?.isWritable) {
      const entry = this.take();
      host.session.send(entry.frame, entry.message, now);
      entry.done();
    }
  }

  /** When {@link expire} has something to do. */
  get expiresAt(): number {
    const { entries, settings } = this;
    const { maxQueuedMs } = settings;
    // No destructuring of arrays: in ES5 that takes a helper.
    return maxQueuedMs > 0 && entries.length > 0 ? (entries[0] as Entry).at + maxQueuedMs : Number.POSITIVE_INFINITY;
  }

  /** Refuses what has waited for too long. */
  expire(now: number): void {
    while (this.expiresAt <= now) {
      this.take().done(exceeded('MH_CLIENT_QUEUE_EXPIRED', 'maxQueuedMs', this.settings.maxQueuedMs));
    }
  }

  /** Takes out everything, or what only the session that has ended would understand: answers, items, cancellations. */
  refuse(error: ClientError, all: boolean, later: (tell: () => void) => void): void {
    this.entries.slice().forEach((entry) => {
      const { type } = entry.message;
      if (all || (type !== MessageType.Invocation && type !== MessageType.StreamInvocation)) {
        this.remove(entry);
        later(() => entry.done(error));
      }
    });
  }

  /** @returns why it is not taken */
  private add(entry: Entry): ClientError | undefined {
    const { maxQueuedBytes } = this.settings;
    const { frame } = entry;
    const bytes = typeof frame === 'string' ? utf8Length(frame) : frame.length;
    if (maxQueuedBytes > 0 && this.bytes + bytes > maxQueuedBytes) {
      return exceeded('MH_CLIENT_QUEUE_FULL', 'maxQueuedBytes', maxQueuedBytes);
    }
    this.bytes += entry.bytes = bytes;
    this.entries.push(entry);
    return undefined;
  }

  private take(): Entry {
    const entry = this.entries[0] as Entry;
    this.remove(entry);
    return entry;
  }

  private remove(entry: Entry): boolean {
    const { entries } = this;
    const at = entries.indexOf(entry);
    if (at < 0) return false;
    entries.splice(at, 1);
    this.bytes -= entry.bytes;
    return true;
  }
}
