import type { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { webSocketFraming } from '../../src/transport/web-socket-framing.ts';

// `ws` exports its parser, but not in its types.
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** What `ws` reads out of a frame from a server. */
function read(frame: Buffer): Promise<{ data: Buffer; isBinary: boolean }> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', (data: Buffer, isBinary: boolean) => resolve({ data, isBinary }));
    receiver.on('error', reject);
    receiver.write(frame);
  });
}

describe('webSocketFraming', () => {
  it.each([
    [0, 2],
    [1, 2],
    [125, 2],
    [126, 4],
    [127, 4],
    [65_535, 4],
    [65_536, 10],
    [1_000_000, 10],
  ])('wraps %i bytes behind a header of %i', async (length, header) => {
    const payload = Buffer.alloc(length, 'x');
    for (const format of ['Text', 'Binary'] as const) {
      const frame = webSocketFraming(format).wrap(
        [payload.subarray(0, length >> 1), payload.subarray(length >> 1)],
        length,
      );
      expect(frame.length).toBe(length + header);
      const { data, isBinary } = await read(frame);
      expect(isBinary).toBe(format === 'Binary');
      expect(data.equals(payload)).toBe(true);
    }
  });

  it('is one object per format, so that frames can be shared', () => {
    expect(webSocketFraming('Text')).toBe(webSocketFraming('Text'));
    expect(webSocketFraming('Text')).not.toBe(webSocketFraming('Binary'));
  });
});
