import type { IncomingMessage } from 'node:http';

/** Who reads an {@link HttpInbox}. */
export type InboxReader = (chunk: Buffer, isBinary: boolean) => void;

/** How posts are read. */
export interface HttpInboxOptions {
  /** Whether a body is handed over whole (raw endpoints), or as it comes (hubs, whose messages delimit themselves). */
  readonly wholeBodies: boolean;
  /** The largest body that is handed over whole, in bytes; 0 for no limit. */
  readonly maxBodyBytes: number;
  /** Posts that may wait for each other. */
  readonly maxWaitingPosts: number;
}

/** How a post went. */
export type PostOutcome = 'taken' | 'broken' | 'too large' | 'too many' | 'over';

// What may wait for a transport to attach; then posts wait themselves, which holds their senders back.
// signalr.md 1.11, ApplicationMaxBufferSize
const maxBufferedBytes = 65_536;

interface Held {
  readonly chunk: Buffer;
  readonly isBinary: boolean;
}

/**
 * The way from the client to the server for transports that only go the other way. Posts are taken one after another,
 * in the order of their arrival; while nobody reads, little is buffered and the rest stays in the senders' sockets.
 */
export class HttpInbox {
  readonly #options: HttpInboxOptions;
  #reader: InboxReader | undefined;
  #isPaused = false;
  #isOver = false;
  #held: Held[] = [];
  #heldBytes = 0;
  #posts = 0;
  #last: Promise<unknown> = Promise.resolve();
  #onRoom: (() => void)[] = [];

  constructor(options: HttpInboxOptions) {
    this.#options = options;
  }

  /** Says who reads from now on. */
  attach(reader: InboxReader): void {
    this.#reader = reader;
    this.#drain();
  }

  /** Holds what comes. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Hands over again. */
  resume(): void {
    this.#isPaused = false;
    this.#drain();
  }

  /** Nothing is taken any more; posts that wait get to know. */
  end(): void {
    this.#isOver = true;
    this.#held = [];
    this.#heldBytes = 0;
    this.#wake();
  }

  /** Takes a post when it is its turn. */
  async post(request: IncomingMessage): Promise<PostOutcome> {
    if (this.#posts >= this.#options.maxWaitingPosts) return 'too many';
    this.#posts++;
    const turn = this.#last.then(() => this.#read(request));
    this.#last = turn;
    const outcome = await turn;
    this.#posts--;
    return outcome;
  }

  async #read(request: IncomingMessage): Promise<PostOutcome> {
    const isBinary = request.headers['content-type']?.startsWith('application/octet-stream') ?? false;
    const { wholeBodies, maxBodyBytes } = this.#options;
    const body: Buffer[] = [];
    let bodyBytes = 0;
    try {
      // Leaving the loop must not destroy the request: its socket would go with it, before the answer.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        if (this.#isOver) return 'over';
        if (!wholeBodies) {
          await this.#take(chunk, isBinary);
          continue;
        }
        bodyBytes += chunk.length;
        if (maxBodyBytes > 0 && bodyBytes > maxBodyBytes) return 'too large';
        body.push(chunk);
      }
    } catch {
      // The body broke off: the peer has gone, or never finished. What it meant is unknown.
      return 'broken';
    }
    if (wholeBodies) await this.#take(Buffer.concat(body), isBinary);
    return this.#isOver ? 'over' : 'taken';
  }

  /** Hands a chunk over, or holds it. Comes back when there is room for more. */
  async #take(chunk: Buffer, isBinary: boolean): Promise<void> {
    this.#held.push({ chunk, isBinary });
    this.#heldBytes += chunk.length;
    this.#drain();
    while (this.#heldBytes > maxBufferedBytes || (this.#isPaused && this.#heldBytes > 0)) {
      await new Promise<void>((resolve) => this.#onRoom.push(resolve));
    }
  }

  #drain(): void {
    while (this.#reader !== undefined && !this.#isPaused) {
      const held = this.#held.shift();
      if (held === undefined) break;
      this.#heldBytes -= held.chunk.length;
      this.#reader(held.chunk, held.isBinary);
    }
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#onRoom.splice(0)) resolve();
  }
}
