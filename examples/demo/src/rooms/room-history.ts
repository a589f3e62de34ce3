/** Something that was said or shown in a room. */
export interface RoomMessage {
  /** Grows by one with every message of the room. */
  readonly id: number;
  readonly room: string;
  readonly from: { readonly user: string; readonly name: string };
  readonly text: string;
  /** A picture, to be fetched by its id. */
  readonly image?: { readonly id: string; readonly type: string; readonly bytes: number };
  /** When the server took it, in milliseconds since 1970. */
  readonly atMs: number;
  /** What the sender called it, so that the sender knows it again. */
  readonly clientId: string;
}

/** What a room remembers for somebody who comes back. */
export interface Recovered {
  readonly messages: readonly RoomMessage[];
  /** Whether something is missing before the first of them: more was said than is remembered, or the server is new. */
  readonly isGap: boolean;
}

/** The last messages of one room. */
export class RoomHistory {
  readonly #max: number;
  #messages: RoomMessage[] = [];
  #lastId = 0;
  readonly #byClientId = new Map<string, RoomMessage>();

  constructor(maxMessages: number) {
    this.#max = maxMessages;
  }

  get lastId(): number {
    return this.#lastId;
  }

  get last(): RoomMessage | undefined {
    return this.#messages.at(-1);
  }

  /** The message that a sender has sent under this name already: who is not sure sends again. */
  find(user: string, clientId: string): RoomMessage | undefined {
    return this.#byClientId.get(`${user}\n${clientId}`);
  }

  /** Remembers a message. */
  add(message: Omit<RoomMessage, 'id'>): RoomMessage {
    const kept = { ...message, id: ++this.#lastId };
    this.#messages.push(kept);
    this.#byClientId.set(`${kept.from.user}\n${kept.clientId}`, kept);
    if (this.#messages.length > this.#max) this.#forget(this.#messages.shift());
    return kept;
  }

  /** What was said after `afterId`; without one, the last `max` messages. */
  since(afterId: number | undefined, max: number): Recovered {
    if (afterId === undefined) return { messages: this.#messages.slice(-max), isGap: false };
    // An id that we have not given out comes from before a restart: nothing is known of what came in between.
    if (afterId > this.#lastId) return { messages: this.#messages.slice(-max), isGap: true };
    const missed = this.#messages.filter(({ id }) => id > afterId);
    const messages = missed.slice(-max);
    const first = messages[0];
    return { messages, isGap: first === undefined ? afterId < this.#lastId : first.id > afterId + 1 };
  }

  #forget(message: RoomMessage | undefined): void {
    if (message !== undefined) this.#byClientId.delete(`${message.from.user}\n${message.clientId}`);
  }
}
