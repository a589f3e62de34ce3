/**
 * @typedef {import('../src/chat-hub.ts').ChatMessage} ChatMessage
 * @typedef {import('../src/chat-hub.ts').RoomChange} RoomChange
 * @typedef {import('../src/chat-hub.ts').Welcome} Welcome
 * @typedef {import('../src/chat-hub.ts').Person} Person
 * @typedef {'disconnected' | 'connecting' | 'connected' | 'reconnecting'} ConnectionState
 * @typedef {{ state: ConnectionState, attempt: number, reason: string }} Status `attempt` counts from 1
 */

/** minihub's client, under the names of Microsoft's, from its script. @type {typeof import('@minihub/client/signalr')} */
const signalR = Reflect.get(globalThis, 'signalR');

const retryDelaysMs = [0, 500, 1_000, 2_000, 3_000, 5_000];
const giveUpAfterMs = 5 * 60_000;

/**
 * The connection to `/chat`, and the room that it is in. After a lost connection it goes back into the room by
 * itself; `welcomed` is called each time.
 */
export class ChatConnection {
  /**
   * @param {string} name
   * @param {string} room
   * @param {{
   *   status: (status: Status) => void,
   *   welcomed: (welcome: Welcome, isReturn: boolean) => void,
   *   message: (message: ChatMessage) => void,
   *   joined: (change: RoomChange) => void,
   *   left: (change: RoomChange) => void,
   *   confirm: (question: string) => Promise<boolean>,
   * }} events
   */
  constructor(name, room, events) {
    this.room = room;
    this.events = events;
    this.wasWelcomed = false;
    /** @type {Status} */
    this.status = { state: 'disconnected', attempt: 0, reason: '' };
    this.hub = new signalR.HubConnectionBuilder()
      .withUrl(`/chat?name=${encodeURIComponent(name)}`)
      .withAutomaticReconnect({
        nextRetryDelayInMilliseconds: ({ previousRetryCount, elapsedMilliseconds }) => {
          if (elapsedMilliseconds > giveUpAfterMs) return null;
          this.setStatus('reconnecting', { attempt: previousRetryCount + 1 });
          return retryDelaysMs[Math.min(previousRetryCount, retryDelaysMs.length - 1)] ?? 5_000;
        },
      })
      .configureLogging(signalR.LogLevel.None)
      .build();
    this.hub.on('message', events.message);
    this.hub.on('joined', events.joined);
    this.hub.on('left', events.left);
    this.hub.on('confirm', events.confirm);
    this.hub.onreconnected(() => this.enter());
    this.hub.onclose((error) => this.setStatus('disconnected', { reason: error?.message ?? '' }));
  }

  /** Whether something can be sent now. */
  get isConnected() {
    return this.status.state === 'connected';
  }

  /** Connects and enters the room. @throws when it cannot, with the reason */
  async start() {
    this.setStatus('connecting');
    try {
      await this.hub.start();
    } catch (error) {
      this.setStatus('disconnected', { reason: reasonOf(error) });
      throw error;
    }
    await this.enter();
  }

  /** Leaves, for good. */
  async stop() {
    await this.hub.stop();
  }

  /**
   * Calls a method of the hub.
   * @template T
   * @param {string} method
   * @param {unknown[]} args
   * @returns {Promise<T>}
   */
  invoke(method, ...args) {
    return this.hub.invoke(method, ...args);
  }

  /** @private */
  async enter() {
    try {
      const welcome = await /** @type {Promise<Welcome>} */ (this.invoke('join', this.room));
      this.setStatus('connected');
      this.events.welcomed(welcome, this.wasWelcomed);
      this.wasWelcomed = true;
    } catch (error) {
      // Lost again on the way in: the client is at it already. Refused: there is no room to be in.
      if (this.hub.state !== 'Connected') return;
      await this.hub.stop();
      this.setStatus('disconnected', { reason: reasonOf(error) });
    }
  }

  /** @private @param {ConnectionState} state @param {{ attempt?: number, reason?: string }} [details] */
  setStatus(state, { attempt = 0, reason = '' } = {}) {
    this.status = { state, attempt, reason };
    this.events.status(this.status);
  }
}

/**
 * What went wrong, without the client's own words around what the server said.
 * @param {unknown} error
 */
export function reasonOf(error) {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^.*HubException: /, '');
}

/** A stream to the server. */
export function createUpload() {
  return /** @type {import('@minihub/client/signalr').Subject<number>} */ (new signalR.Subject());
}
