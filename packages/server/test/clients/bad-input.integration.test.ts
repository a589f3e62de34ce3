import { createMessagePackCodec, MessageType } from '@minihub/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opcodes, TcpClient, toFrame } from '../raw/support/tcp-client.ts';
import { everything } from '../support/everything-hub.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { Neighbour } from '../support/neighbour.ts';
import { type Closing, handshake, RawClient, records, separator } from '../support/raw-client.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';

const messagePack = createMessagePackCodec();
const ping = records({ type: 6 });

describe('a hub that is talked to badly', () => {
  trapFaults();

  let server: RunningServer;
  let neighbour: Neighbour;

  beforeEach(async () => {
    server = await startServer(
      (hubs) => {
        hubs.map('/hub', everything);
        hubs.map('/detailed', { ...everything }, { detailedErrors: true });
      },
      { limits: { maxRecordsPerChunk: 1_000 } },
    );
    neighbour = await Neighbour.moveIn(server);
  });

  // Whatever a test did: nobody else noticed it, nothing of it is left.
  afterEach(async () => {
    await neighbour.hasNotNoticed();
    await neighbour[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const normally: Closing = { code: 1000, reason: '' };

  describe('handshake', () => {
    it.each([
      ['an unknown protocol', handshake('xml'), "The protocol 'xml' is not supported."],
      ['version 9001', handshake('json', 9001), "The server does not support version 9001 of the 'json' protocol."],
      ['version 0', handshake('json', 0), "The server does not support version 0 of the 'json' protocol."],
      ['a record that is too long', records({ protocol: 'x'.repeat(5_000), version: 1 }), 'Handshake was canceled.'],
      ['too much without an end', 'x'.repeat(50_000), 'Handshake was canceled.'],
      ['text that is no JSON', `hello${separator}`, 'An unexpected error occurred during connection handshake.'],
      ['an array', records([]), 'An unexpected error occurred during connection handshake.'],
      ['a hub message', ping, 'An unexpected error occurred during connection handshake.'],
      ['no version', records({ protocol: 'json' }), 'An unexpected error occurred during connection handshake.'],
      ['no protocol', records({ version: 1 }), 'An unexpected error occurred during connection handshake.'],
      [
        'a version that is text',
        records({ protocol: 'json', version: '1' }),
        'An unexpected error occurred during connection handshake.',
      ],
    ])('refuses %s, says so, and closes', async (_, request, error) => {
      const client = await RawClient.open(server.wsUrl('/hub'));
      client.text(request);
      expect(await client.next()).toEqual({ error });
      expect(await client.closed).toEqual(normally);
    });

    it('says more with detailed errors', async () => {
      const client = await RawClient.open(server.wsUrl('/detailed'));
      client.text(records({ protocol: 'json' }));
      const error =
        "An unexpected error occurred during connection handshake. InvalidDataException: Missing required property 'version'.";
      expect(await client.next()).toEqual({ error });
      expect(await client.closed).toEqual(normally);
    });

    it('lets go of a client that leaves before it', async () => {
      const polite = await RawClient.open(server.wsUrl('/hub'));
      const rude = await RawClient.open(server.wsUrl('/hub'));
      rude.text('{"protocol":');
      expect(await polite.close()).toEqual(normally);
      rude.webSocket.terminate();
      await rude.closed;
    });
  });

  describe('messages', () => {
    const closeWith = (detail: string): unknown => ({
      type: 7,
      error: `Connection closed with an error. InvalidDataException: ${detail}`,
      allowReconnect: true,
    });

    it.each([
      ['null', `null${separator}`, "Unexpected JSON Token Type 'Null'. Expected a JSON Object."],
      ['a text', `"foo"${separator}`, "Unexpected JSON Token Type 'String'. Expected a JSON Object."],
      ['an array', `[42]${separator}`, "Unexpected JSON Token Type 'Array'. Expected a JSON Object."],
      ['a message without a type', records({}), "Missing required property 'type'."],
      ['an invocation without a target', records({ type: 1, arguments: [] }), "Missing required property 'target'."],
      ['an invocation without arguments', records({ type: 1, target: 'm' }), "Missing required property 'arguments'."],
      [
        'an invocation id that is no text',
        records({ type: 1, invocationId: 42, target: 'm', arguments: [] }),
        "Expected 'invocationId' to be of type String.",
      ],
      [
        'arguments that are no array',
        records({ type: 1, target: 'm', arguments: {} }),
        "Expected 'arguments' to be of type Array.",
      ],
      ['an item without an id', records({ type: 2, item: 1 }), "Missing required property 'invocationId'."],
      ['an item without a value', records({ type: 2, invocationId: '1' }), "Missing required property 'item'."],
      [
        'a completion with both',
        records({ type: 3, invocationId: '1', error: 'e', result: 1 }),
        "The 'error' and 'result' properties are mutually exclusive.",
      ],
      [
        'a message over the limit',
        records({ type: 6, padding: 'x'.repeat(40_000) }),
        'The maximum message size of 32768B was exceeded. The message size can be configured in AddHubOptions.',
      ],
      ['more messages than one chunk may hold', ping.repeat(1_001), 'A chunk holds more than 1000 messages.'],
    ])('ends the connection for %s, with the reason where details are wanted', async (_, text, detail) => {
      const detailed = await RawClient.connect(server.wsUrl('/detailed'));
      detailed.text(text);
      expect(await detailed.next()).toEqual(closeWith(detail));
      expect(await detailed.closed).toEqual(normally);
      const plain = await RawClient.connect(server.wsUrl('/hub'));
      plain.text(text);
      expect(await plain.next()).toEqual({
        type: 7,
        error: 'Connection closed with an error.',
        allowReconnect: true,
      });
      expect(await plain.closed).toEqual(normally);
    });

    it('answers what came before the fault in the same chunk', async () => {
      const client = await RawClient.connect(server.wsUrl('/hub'));
      client.text(`${records({ type: 1, invocationId: '1', target: 'add', arguments: [1, 2] })}oops${separator}`);
      expect(await client.take(2)).toMatchObject([{ type: 3, result: 3 }, { type: 7 }]);
      await client.closed;
    });

    it('hears nothing that comes after Close', async () => {
      const client = await RawClient.connect(server.wsUrl('/hub'));
      client.send({ type: 7 }, { type: 1, invocationId: '1', target: 'tell', arguments: ['everybody', 'late'] });
      client.send({ type: 1, invocationId: '2', target: 'id', arguments: [] });
      expect(await client.next()).toEqual({ type: 7 });
      expect(await client.closed).toEqual(normally);
      expect(client.waiting).toBe(0);
    });

    it('takes half a message and then a cut', async () => {
      const client = await RawClient.connect(server.wsUrl('/hub'));
      client.text('{"type":1,"target":"tell","argum');
      client.webSocket.terminate();
      await client.closed;
    });

    it('takes a close in order inside a message', async () => {
      const client = await RawClient.connect(server.wsUrl('/hub'));
      client.text('{"type":1,"target":"tell","argum');
      expect(await client.close()).toEqual(normally);
    });

    it('takes half a frame and then a cut', async () => {
      const client = await TcpClient.open(server.port, '/hub');
      client.write(toFrame(opcodes.text, handshake()), toFrame(opcodes.text, ping).subarray(0, 4));
      await client.nextFrame();
      client.socket.destroy();
    });

    it('takes a reset right after the upgrade', async () => {
      const client = await TcpClient.open(server.port, '/hub');
      client.socket.resetAndDestroy();
    });

    it('takes garbage where MessagePack was agreed on', async () => {
      const client = await RawClient.open(server.wsUrl('/hub'));
      client.text(handshake('messagepack'));
      await client.frames.next();
      client.bytes(Uint8Array.of(3, 0xc1, 0xc1, 0xc1));
      const decoder = messagePack.createDecoder();
      decoder.push((await client.frames.next()).data);
      const error = 'Connection closed with an error.';
      expect(decoder.next()).toEqual({ type: MessageType.Close, error, allowReconnect: true });
      expect(await client.closed).toEqual(normally);
    });

    it('takes a MessagePack length of two gigabytes', async () => {
      const client = await RawClient.open(server.wsUrl('/hub'));
      client.text(handshake('messagepack'));
      await client.frames.next();
      client.bytes(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x07, 0x91));
      expect(await client.closed).toEqual(normally);
    });

    it.each([
      ['an unmasked frame', toFrame(opcodes.text, ping, { isMasked: false }), 1002],
      ['a reserved opcode', toFrame(3, ping), 1002],
      ['text that is no UTF-8', toFrame(opcodes.text, Uint8Array.of(0xff, 0xfe)), 1007],
    ])('refuses %s in the words of RFC 6455', async (_, frame, code) => {
      const client = await TcpClient.open(server.port, '/hub');
      client.write(toFrame(opcodes.text, handshake()), frame);
      const { frames } = await client.untilEnd();
      expect(frames.at(-1)?.opcode).toBe(opcodes.close);
      expect(frames.at(-1)?.payload.readUInt16BE(0)).toBe(code);
    });

    it.each([
      ['none', Buffer.alloc(0)],
      ['1000', Buffer.from([0x03, 0xe8])],
      ['4321', Buffer.from([0x10, 0xe1])],
      // As a client says it that does not take our message.
      ['1009', Buffer.from([0x03, 0xf1])],
      ['1002', Buffer.from([0x03, 0xea])],
    ])('answers a close frame with 1000, whatever its code: %s', async (_, payload) => {
      const client = await TcpClient.open(server.port, '/hub');
      client.write(toFrame(opcodes.text, handshake()), toFrame(opcodes.close, payload));
      const { frames } = await client.untilEnd();
      expect(frames.map(({ opcode }) => opcode)).toEqual([opcodes.text, opcodes.close]);
      expect(frames[1]?.payload.readUInt16BE(0)).toBe(1000);
    });
  });

  it('survives a crowd that does all of it at once', async () => {
    const texts = [handshake('xml'), ping, `${handshake()}oops${separator}`, `${handshake()}{"type":1,`, handshake()];
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const client = await RawClient.open(server.wsUrl('/hub'));
        client.text(texts[i % texts.length] as string);
        if (i % 2 === 0) client.webSocket.terminate();
        else client.webSocket.close();
        await client.closed;
      }),
    );
  });
});
