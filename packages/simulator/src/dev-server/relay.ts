import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket as WsSocket } from 'ws';
import type { DialedSocket } from '../socket-driver.ts';
import type { RelayCommand, RelayEvent } from '../ui/relay-driver.ts';
import type { RelayedRequest, RelayedResponse } from '../ui/relay-fetch.ts';
import { wsDriver } from '../ws-driver.ts';

/** The most that a page's own request may hold, in bytes. */
const maxBodyBytes = 64 * 1024 * 1024;

function attach(wire: WsSocket): void {
  let dialed: DialedSocket | undefined;
  const tell = (event: RelayEvent): void => wire.send(`c${JSON.stringify(event)}`);
  const obey = (command: RelayCommand): void => {
    switch (command.type) {
      case 'dial':
        dialed ??= wsDriver.dial(command.request, {
          open: (headers) => tell({ type: 'open', headers }),
          message: (data) => wire.send(typeof data === 'string' ? `t${data}` : data),
          failed: (kind) => tell({ type: 'failed', kind }),
          closed: (code, reason) => {
            tell({ type: 'closed', code, reason });
            wire.close();
          },
        });
        break;
      case 'close':
        dialed?.close(command.code, command.reason);
        break;
      case 'pause':
        dialed?.pause();
        break;
      case 'terminate':
        dialed?.terminate();
        break;
    }
  };
  wire.on('message', (data: Buffer, isBinary) => {
    try {
      const text = isBinary ? '' : data.toString('utf8');
      if (isBinary) dialed?.send(new Uint8Array(data).buffer);
      else if (text.startsWith('t')) dialed?.send(text.slice(1));
      else obey(JSON.parse(text.slice(1)) as RelayCommand);
    } catch {
      // An address or a close code that no socket takes: to the phone the connection is refused.
      tell({ type: 'failed', kind: 'refused' });
      wire.close();
    }
  });
  wire.on('close', () => dialed?.terminate());
  wire.on('error', () => dialed?.terminate());
}

/** Takes the phones' sockets to where they lead. */
export class SocketRelay {
  readonly #server: WebSocketServer = new WebSocketServer({ noServer: true, maxPayload: 0, perMessageDeflate: false });

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, attach);
  }

  close(): void {
    for (const wire of this.#server.clients) wire.terminate();
    this.#server.close();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function perform(text: string): Promise<RelayedResponse> {
  try {
    const { url, method, headers, body } = JSON.parse(text) as RelayedRequest;
    const answer = await fetch(url, { method, headers, ...(body && { body: Buffer.from(body, 'base64') }) });
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers.entries()),
      body: Buffer.from(await answer.arrayBuffer()).toString('base64'),
    };
  } catch (error) {
    const { message, cause } = error as Error;
    return { status: 0, headers: {}, body: '', error: cause instanceof Error ? cause.message : message };
  }
}

/** Sends a phone's request, and its answer back. */
export async function relayRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await perform(await readBody(request));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}
