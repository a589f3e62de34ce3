import type { Writable } from 'node:stream';
import * as ws from 'ws';
import type { FrameEvent } from './recording-receiver.ts';

interface ReceiverOptions {
  readonly isServer: true;
  readonly maxPayload?: number;
  readonly maxFragments?: number;
  readonly extensions?: object;
}

interface PerMessageDeflate {
  accept(offers: readonly object[]): unknown;
}

// Exported, and documented for nobody.
const { Receiver, PerMessageDeflate } = ws as unknown as {
  readonly Receiver: new (options: ReceiverOptions) => Writable;
  readonly PerMessageDeflate: new (options: object) => PerMessageDeflate;
};

const noTakeover = { server_no_context_takeover: [true], client_no_context_takeover: [true] };

/** The state of the extension, as `ws` has it after an upgrade in which it was agreed on. */
function agreedDeflate(maxPayload: number): object {
  const deflate = new PerMessageDeflate({ isServer: true, maxPayload });
  deflate.accept([structuredClone(noTakeover)]);
  return { 'permessage-deflate': deflate };
}

/** What the receiver of `ws` tells of the chunks. */
export async function eventsOfWs(
  chunks: readonly Uint8Array[],
  { maxPayload = 0, mayCompress = false }: { readonly maxPayload?: number; readonly mayCompress?: boolean },
): Promise<FrameEvent[]> {
  const extensions = mayCompress ? { extensions: agreedDeflate(maxPayload) } : {};
  const receiver = new Receiver({ isServer: true, maxPayload, ...extensions });
  const events: FrameEvent[] = [];
  let isOver = false;
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    events.push([isBinary ? 'binary' : 'text', data.toString('hex')]);
  });
  receiver.on('ping', (data: Buffer) => events.push(['ping', data.toString('hex')]));
  receiver.on('pong', (data: Buffer) => events.push(['pong', data.toString('hex')]));
  receiver.on('conclude', (code: number, reason: Buffer) => {
    isOver = true;
    events.push(['close', code, reason.toString('utf8')]);
  });
  receiver.on('error', (error: Record<symbol, number>) => {
    isOver = true;
    const [status] = Object.getOwnPropertySymbols(error).filter(({ description }) => description === 'status-code');
    events.push(['fault', error[status as symbol] as number]);
  });
  for (const chunk of chunks) {
    if (isOver) break;
    await new Promise<void>((resolve) => receiver.write(Buffer.from(chunk), () => resolve()));
  }
  // An error is told a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  return events;
}
