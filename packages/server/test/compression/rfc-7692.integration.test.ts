import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttachOptions } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { type Frame, opcodes, TcpClient, toFrame } from '../raw/support/tcp-client.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

trapFaults();

const { text, binary, continuation } = opcodes;
const name = 'permessage-deflate';
const agreed = `${name}; server_no_context_takeover; client_no_context_takeover`;
const windows = [8, 9, 10, 11, 12, 13, 14, 15];

/** What a client offers, and what the server has to answer. */
const accepted: readonly (readonly [offer: string, answer: string])[] = [
  [name, agreed],
  [`${name}; server_no_context_takeover`, agreed],
  [`${name}; client_no_context_takeover`, agreed],
  [`${name}; client_max_window_bits`, agreed],
  ...windows.map(
    (bits) => [`${name}; server_max_window_bits=${bits}`, `${agreed}; server_max_window_bits=${bits}`] as const,
  ),
  ...windows.map(
    (bits) => [`${name}; client_max_window_bits=${bits}`, `${agreed}; client_max_window_bits=${bits}`] as const,
  ),
  [
    `${name}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits="9"`,
    `${agreed}; server_max_window_bits=9; client_max_window_bits=9`,
  ],
  // Autobahn 13.7
  [
    `${name}; server_no_context_takeover; client_max_window_bits; server_max_window_bits=9, ${name}; client_max_window_bits, ${name}`,
    `${agreed}; server_max_window_bits=9`,
  ],
  [
    `${name}; foo=bar, ${name}; server_max_window_bits=7, ${name}; server_max_window_bits=10`,
    `${agreed}; server_max_window_bits=10`,
  ],
  [`x-webkit-deflate-frame, ${name}; client_max_window_bits`, agreed],
];

const declined: readonly string[] = [
  'x-webkit-deflate-frame',
  'permessage-bzip2',
  `${name}; foo`,
  `${name}; server_max_window_bits`,
  `${name}; server_max_window_bits=7`,
  `${name}; server_max_window_bits=16`,
  `${name}; client_max_window_bits=7`,
  `${name}; client_max_window_bits=09`,
  `${name}; server_no_context_takeover=true`,
  `${name}; client_no_context_takeover; client_no_context_takeover`,
  // One extension, whose parameter has a comma and a name in it.
  `foo; bar="x, ${name}, y"`,
  `foo; bar="x, ${name}; y"`,
  `foo; bar="\\", ${name}; a=\\""`,
];

const ways: readonly (readonly [way: string, attach: AttachOptions])[] = [
  ['before node:http', {}],
  ['behind node:http', { directUpgrades: false }],
];

function startEcho(attach: AttachOptions): Promise<RunningServer> {
  return startServer(
    (hubs) => {
      hubs.mapRaw('/echo', { message: (connection, data) => connection.send(data) }, { compression: true });
    },
    {},
    0,
    undefined,
    attach,
  );
}

function extensionsOf({ head }: TcpClient): string | undefined {
  return /^sec-websocket-extensions: (.*)\r$/im.exec(head)?.[1];
}

function windowOf(answer: string, side: 'server' | 'client'): number {
  return Number(new RegExp(`${side}_max_window_bits=(\\d+)`).exec(answer)?.[1] ?? 15);
}

/** As a client compresses it that may use such a window; zlib has none of 8 bits, but need not look back at all. */
function deflate(data: string, windowBits: number): Buffer {
  const { Z_HUFFMAN_ONLY, Z_DEFAULT_STRATEGY, Z_SYNC_FLUSH } = constants;
  const strategy = windowBits === 8 ? Z_HUFFMAN_ONLY : Z_DEFAULT_STRATEGY;
  const bytes = deflateRawSync(data, { windowBits: Math.max(9, windowBits), strategy, finishFlush: Z_SYNC_FLUSH });
  return bytes.subarray(0, -4);
}

function inflate({ payload, rsv }: Frame, windowBits: number): string {
  if (rsv === 0) return payload.toString();
  expect(rsv).toBe(4);
  const bytes = Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]);
  return inflateRawSync(bytes, { windowBits, finishFlush: constants.Z_SYNC_FLUSH }).toString();
}

/** Compressed first, then cut, as the standard has it. */
function toFragments(data: Buffer, size: number): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < data.length; at += size) {
    const options = { fin: at + size >= data.length, rsv: at === 0 ? 4 : 0 };
    frames.push(toFrame(at === 0 ? text : continuation, data.subarray(at, at + size), options));
  }
  return frames;
}

// Repeats what is far away: what looks back further than it may cannot be inflated on the other side.
const line = (n: number): string =>
  `{"id":${n},"text":"你好, ${(n * 7919) % 1009}","price":${(n * 104_729) % 65_537}}\n`;
const messageOf = (length: number): string =>
  Array.from({ length: length / 40 + 1 }, (_, n) => line(n % 250))
    .join('')
    .slice(0, length);
const messages = [16, 64, 256, 1_024, 4_096, 8_192, 16_384].map(messageOf);

describe.each(ways)('an offer of compression that is read %s', (_, attach) => {
  it.each(accepted)('is accepted, and used as agreed: %s', async (offer, answer) => {
    await using server = await startEcho(attach);
    await using client = await TcpClient.open(server.port, '/echo', undefined, offer);
    expect(extensionsOf(client)).toBe(answer);
    const theirs = windowOf(answer, 'client');
    const ours = windowOf(answer, 'server');
    for (const message of messages) {
      const data = deflate(message, theirs);
      for (const frames of [toFragments(data, data.length), toFragments(data, 100), [toFrame(text, message)]]) {
        client.write(...frames);
        const echo = await client.nextFrame();
        expect(echo).toMatchObject({ fin: true, opcode: text });
        expect(inflate(echo, Math.max(ours, 9))).toBe(message);
        // What zlib cannot make is not compressed.
        if (ours === 8) expect(echo.rsv).toBe(0);
        else if (message.length > 8_000) expect(echo.rsv).toBe(4);
      }
    }
  });

  it.each(declined)('is declined, and the client taken: %s', async (offer) => {
    await using server = await startEcho(attach);
    await using client = await TcpClient.open(server.port, '/echo', undefined, offer);
    expect(extensionsOf(client)).toBeUndefined();
    client.write(toFrame(binary, messages.at(-1)));
    expect(await client.nextFrame()).toMatchObject({
      opcode: binary,
      rsv: 0,
      payload: Buffer.from(messages.at(-1) ?? ''),
    });
    client.write(...toFragments(deflate('x', 15), 100));
    const { payload } = await client.nextFrame();
    expect(payload.readUInt16BE()).toBe(1002);
  });
});
