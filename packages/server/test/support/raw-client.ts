import type { ClientRequestArgs } from 'node:http';
import { WebSocket } from 'ws';
import { Inbox } from './inbox.ts';

/** What ends each JSON record. */
export const separator = '\u001e';

/** How a WebSocket was closed. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A hub message as JSON. */
export type JsonMessage = { readonly [member: string]: unknown };

/** Messages as JSON records, joined. */
export function records(...messages: readonly unknown[]): string {
  return messages.map((message) => JSON.stringify(message) + separator).join('');
}

/** The handshake request. */
export function handshake(protocol = 'json', version = 1): string {
  return records({ protocol, version });
}

/** A client that speaks the hub protocol by hand, and breaks its rules where a test wants it. */
export class RawClient {
  readonly webSocket: WebSocket;
  /** Whole WebSocket messages, as they came. */
  readonly frames: Inbox<{ readonly data: Buffer; readonly isBinary: boolean }> = new Inbox();
  /** Fulfilled when the WebSocket is closed. */
  readonly closed: Promise<Closing>;
  readonly #messages = new Inbox<JsonMessage>();

  private constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    webSocket.on('message', (data: Buffer, isBinary) => {
      this.frames.put({ data, isBinary });
      const texts = data.toString('utf8').split(separator);
      // Clients take each WebSocket message as complete. signalr.md 1.4
      if (isBinary || texts.pop() !== '') return;
      for (const text of texts) this.#messages.put(JSON.parse(text) as JsonMessage);
    });
    webSocket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      webSocket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Opens a WebSocket and says nothing. */
  static async open(url: string, options: ClientRequestArgs = {}, protocols: string[] = []): Promise<RawClient> {
    const webSocket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
    const client = new RawClient(webSocket);
    await new Promise<void>((resolve, reject) => {
      webSocket.once('open', resolve);
      webSocket.once('error', reject);
    });
    return client;
  }

  /** Opens a WebSocket and does the JSON handshake. */
  static async connect(url: string, options: ClientRequestArgs = {}): Promise<RawClient> {
    const client = await RawClient.open(url, options);
    client.text(handshake());
    await client.next();
    return client;
  }

  /** Sends one text message. */
  text(text: string): void {
    this.webSocket.send(text);
  }

  /** Sends one binary message. */
  bytes(bytes: Uint8Array): void {
    this.webSocket.send(bytes, { binary: true });
  }

  /** Sends hub messages, all in one WebSocket message. */
  send(...messages: readonly unknown[]): void {
    this.text(records(...messages));
  }

  /** The next hub message. */
  next(): Promise<JsonMessage> {
    return this.#messages.next();
  }

  /** The next `count` hub messages. */
  async take(count: number): Promise<JsonMessage[]> {
    const messages: JsonMessage[] = [];
    while (messages.length < count) messages.push(await this.next());
    return messages;
  }

  /** Invokes a method; the answer is the next message that comes. */
  async invoke(target: string, ...args: readonly unknown[]): Promise<JsonMessage> {
    this.send({ type: 1, invocationId: 'i', target, arguments: args });
    return this.next();
  }

  /** Hub messages that came and that nobody has looked at. */
  get waiting(): number {
    return this.#messages.waiting;
  }

  /** Closes in order. */
  async close(): Promise<Closing> {
    this.webSocket.close();
    return this.closed;
  }
}
