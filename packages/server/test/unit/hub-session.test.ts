import {
  createJsonCodec,
  createMessagePackCodec,
  defaultDecoderLimits,
  encodeHandshakeRequest,
  type HubCodec,
  type HubMessage,
  MessageType,
  plainUtf8,
} from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HubSession, type HubSessionOptions, type SessionEvent } from '../../src/session/hub-session.ts';
import { SharedDecoders } from '../../src/session/shared-decoders.ts';
import { encodeAll } from '../support/hub-harness.ts';

const json = createJsonCodec();
const messagepack = createMessagePackCodec();
const base: HubSessionOptions = {
  codecs: new Map([json, messagepack].map((codec) => [codec.name, codec])),
  transferFormats: ['Text', 'Binary'],
  inherentKeepAlive: false,
  decoders: new SharedDecoders(defaultDecoderLimits),
  utf8: plainUtf8,
  handshakeTimeoutMs: 15_000,
  keepAliveIntervalMs: 15_000,
  clientTimeoutMs: 30_000,
  detailedErrors: false,
};
const request = Buffer.from(encodeHandshakeRequest({ protocol: 'json', version: 1 }));
const ping: HubMessage = { type: MessageType.Ping };

function sessionWith(options: Partial<HubSessionOptions> = {}): HubSession {
  return new HubSession({ ...base, ...options }, 0);
}

/** A session that has shaken hands at time 0. */
function openSession(options: Partial<HubSessionOptions> = {}): HubSession {
  const session = sessionWith(options);
  session.receive(request, 0);
  expect(session.next()?.type).toBe('handshaken');
  return session;
}

function drain(session: HubSession): SessionEvent[] {
  const events: SessionEvent[] = [];
  for (let event = session.next(); event !== undefined; event = session.next()) events.push(event);
  return events;
}

function give(session: HubSession, nowMs: number, ...messages: HubMessage[]): SessionEvent[] {
  session.receive(encodeAll(json, messages), nowMs);
  return drain(session);
}

/** What the refusal or the farewell says. */
function endOf(session: HubSession): unknown {
  const events = drain(session);
  expect(events).toHaveLength(1);
  expect(session.next()).toBeUndefined();
  return events[0];
}

describe('HubSession', () => {
  describe('in its handshake', () => {
    it.each([1, 2])('accepts version %i and answers with an empty record', (version) => {
      const session = sessionWith();
      session.receive(Buffer.from(encodeHandshakeRequest({ protocol: 'json', version })), 0);
      expect(session.next()).toMatchObject({
        type: 'handshaken',
        response: '{}\u001e',
        version,
        codec: { name: 'json' },
      });
    });

    it.each([
      ['{"protocol":"json","version":9001}', "The server does not support version 9001 of the 'json' protocol."],
      ['{"protocol":"X","version":1}', "The protocol 'X' is not supported."],
      ['{"protocol":"__proto__","version":1}', "The protocol '__proto__' is not supported."],
      ['{"version":1}', 'An unexpected error occurred during connection handshake.'],
      ['', 'An unexpected error occurred during connection handshake.'],
      ['nonsense', 'An unexpected error occurred during connection handshake.'],
      [`{"protocol":"${'x'.repeat(5_000)}"}`, 'Handshake was canceled.'],
    ])('refuses %.40s', (record, text) => {
      const session = sessionWith();
      session.receive(Buffer.from(`${record}\u001e`), 0);
      expect(endOf(session)).toMatchObject({
        type: 'ended',
        cause: 'protocol',
        refusal: `${JSON.stringify({ error: text })}\u001e`,
        error: { code: 'MH_SERVER_HANDSHAKE_FAILED' },
      });
    });

    it('says more about a broken request with detailed errors', () => {
      const session = sessionWith({ detailedErrors: true });
      session.receive(Buffer.from('{"version":1}\u001e'), 0);
      expect(endOf(session)).toMatchObject({
        refusal: expect.stringContaining("InvalidDataException: Missing required property 'protocol'."),
      });
    });

    it('refuses a binary protocol on a transport for text', () => {
      const session = sessionWith({ transferFormats: ['Text'] });
      session.receive(Buffer.from(encodeHandshakeRequest({ protocol: 'messagepack', version: 1 })), 0);
      expect(endOf(session)).toMatchObject({
        refusal: expect.stringContaining("Cannot use the 'messagepack' protocol"),
      });
    });

    it('is over when it takes too long, and not a moment before', () => {
      const session = sessionWith();
      expect(session.tick(14_999)).toBeUndefined();
      expect(session.tick(15_000)).toMatchObject({
        type: 'ended',
        refusal: '{"error":"Handshake was canceled."}\u001e',
      });
      expect(session.tick(16_000)).toBeUndefined();
      session.receive(request, 16_000);
      expect(session.next()).toBeUndefined();
    });

    it('takes all the time it wants when the deadline is off', () => {
      expect(sessionWith({ handshakeTimeoutMs: 0 }).tick(1e9)).toBeUndefined();
    });

    it('ends without a refusal when the transport ends', () => {
      const session = sessionWith();
      session.receive(request.subarray(0, 5), 0);
      session.endOfInput(true, undefined);
      const end = endOf(session);
      expect(end).toMatchObject({ cause: 'transport', error: { code: 'MH_SERVER_HANDSHAKE_FAILED' } });
      expect(end).not.toHaveProperty('refusal');
    });
  });

  describe('when open', () => {
    it('delivers the messages that came in one chunk with the handshake', () => {
      const session = sessionWith();
      const call: HubMessage = { type: MessageType.Invocation, target: 'a', arguments: [] };
      session.receive(Buffer.concat([request, encodeAll(json, [call, ping, call])]), 0);
      expect(drain(session).map(({ type }) => type)).toEqual(['handshaken', 1, 1]);
    });

    it('ends with a Close that allows to reconnect when a message is broken, after those before it', () => {
      const session = openSession();
      session.receive(Buffer.from('{"type":1,"target":"a","arguments":[]}\u001e{}\u001e{"type":6}\u001e'), 0);
      const [first, second, ...more] = drain(session);
      expect(first).toMatchObject({ type: 1, target: 'a' });
      expect(second).toMatchObject({
        type: 'ended',
        cause: 'protocol',
        farewell: { type: 7, error: 'Connection closed with an error.', allowReconnect: true },
      });
      expect(more).toEqual([]);
    });

    it('says what was broken with detailed errors', () => {
      const session = openSession({ detailedErrors: true });
      session.receive(Buffer.from('{}\u001e'), 0);
      expect(endOf(session)).toMatchObject({
        farewell: { error: "Connection closed with an error. InvalidDataException: Missing required property 'type'." },
      });
    });

    it('ends when the client says Close, with its error if it gives one', () => {
      expect(give(openSession(), 0, { type: MessageType.Close })).toEqual([
        { type: 'ended', cause: 'client', farewell: { type: 7 } },
      ]);
      expect(give(openSession(), 0, { type: MessageType.Close, error: '' })).toMatchObject([
        { cause: 'client', error: { code: 'MH_SERVER_CLIENT_CLOSED', message: '' } },
      ]);
    });

    it('ignores Ack and Sequence without stateful reconnect', () => {
      const odd: HubMessage[] = [
        { type: MessageType.Ack, sequenceId: 99 },
        { type: MessageType.Sequence, sequenceId: 99 },
      ];
      expect(give(openSession(), 0, ...odd)).toEqual([]);
    });

    it('tells a proper end of the transport from a broken one, and half a message from both', () => {
      const proper = openSession();
      proper.endOfInput(true, undefined);
      expect(endOf(proper)).toEqual({ type: 'ended', cause: 'client' });
      const broken = openSession();
      broken.endOfInput(false, new Error('reset'));
      expect(endOf(broken)).toMatchObject({
        cause: 'transport',
        error: { code: 'MH_SERVER_TRANSPORT', message: 'reset' },
      });
      const half = openSession();
      half.receive(Buffer.from('{"ty'), 0);
      half.endOfInput(true, undefined);
      expect(endOf(half)).toMatchObject({ cause: 'protocol', error: { code: 'MH_PROTO_INCOMPLETE' } });
    });

    it('delivers nothing after we stop it', () => {
      const session = openSession();
      session.receive(encodeAll(json, [{ type: MessageType.CancelInvocation, invocationId: '1' }]), 0);
      session.stop();
      expect(session.next()).toBeUndefined();
      expect(session.tick(1e9)).toBeUndefined();
    });
  });

  describe('as time passes', () => {
    it('asks for a ping each interval, whatever else is sent', () => {
      const session = openSession();
      const pings: number[] = [];
      for (let now = 1_000; now <= 45_000; now += 1_000) if (session.tick(now) === 'ping') pings.push(now);
      expect(pings).toEqual([15_000, 30_000, 45_000]);
    });

    it('asks for none when that is off, or when the transport needs none', () => {
      expect(openSession({ keepAliveIntervalMs: 0 }).tick(1e9)).toBeUndefined();
      const polling = openSession({ inherentKeepAlive: true });
      give(polling, 0, ping);
      expect(polling.tick(1e9)).toBeUndefined();
    });

    it('never ends a client that has never pinged', () => {
      const session = openSession();
      give(session, 0, { type: MessageType.Invocation, target: 'a', arguments: [] });
      expect(session.tick(1e9)).toBe('ping');
    });

    it('ends a client that has pinged and is silent, after exactly the timeout', () => {
      const session = openSession({ keepAliveIntervalMs: 0, detailedErrors: true });
      give(session, 5_000, ping);
      give(session, 6_000, { type: MessageType.CancelInvocation, invocationId: 'x' });
      expect(session.tick(35_999)).toBeUndefined();
      expect(session.tick(36_000)).toMatchObject({
        type: 'ended',
        cause: 'timeout',
        error: { code: 'MH_SERVER_CLIENT_TIMEOUT' },
        farewell: {
          allowReconnect: true,
          error: expect.stringContaining(
            "Client hasn't sent a message/ping within the configured ClientTimeoutInterval.",
          ),
        },
      });
    });

    it('asks for the transport to be cut when a client is silent that can come back, and ends it after the window', () => {
      const session = openSession({ keepAliveIntervalMs: 0 });
      session.enableResume(15_000);
      give(session, 0, ping);
      expect(session.tick(30_000)).toBe('silent');
      session.detach(30_000, undefined);
      expect(session.tick(44_999)).toBeUndefined();
      expect(session.tick(45_000)).toMatchObject({ type: 'ended', cause: 'transport' });
    });

    it('does not count silence that we have caused ourselves', () => {
      const session = openSession({ keepAliveIntervalMs: 0 });
      give(session, 0, ping);
      session.hold(true, 10_000);
      expect(session.tick(100_000)).toBeUndefined();
      session.hold(false, 100_000);
      expect(session.tick(129_999)).toBeUndefined();
      expect(session.tick(130_000)).toMatchObject({ cause: 'timeout' });
    });

    it('lets a client be silent when the timeout is off', () => {
      const session = openSession({ keepAliveIntervalMs: 0, clientTimeoutMs: 0 });
      give(session, 0, ping);
      expect(session.tick(1e9)).toBeUndefined();
    });
  });

  it.each([json, messagepack])('gives the same events however the bytes are split ($name)', (codec: HubCodec) => {
    const message: fc.Arbitrary<HubMessage> = fc.oneof(
      fc.constant<HubMessage>(ping),
      fc.record({
        type: fc.constant(MessageType.Invocation),
        target: fc.string({ minLength: 1, unit: 'grapheme' }),
        arguments: fc.array(fc.string({ unit: 'grapheme' })),
      }),
      fc.record({
        type: fc.constant(MessageType.StreamItem),
        invocationId: fc.string({ minLength: 1 }),
        item: fc.integer(),
      }),
      fc.record({ type: fc.constant(MessageType.CancelInvocation), invocationId: fc.string({ minLength: 1 }) }),
      fc.constant<HubMessage>({ type: MessageType.Close, error: 'bye' }),
    );
    const cuts = fc.array(fc.nat(), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), cuts, fc.nat({ max: 3 }), (messages, at, garbage) => {
        const bytes = Buffer.concat([
          Buffer.from(encodeHandshakeRequest({ protocol: codec.name, version: 1 })),
          encodeAll(codec, messages),
          Buffer.alloc(garbage, 0x1e),
        ]);
        const whole = sessionWith();
        whole.receive(bytes, 0);
        const expected = drain(whole);
        const split = sessionWith();
        const got: SessionEvent[] = [];
        let from = 0;
        for (const to of [...at.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length]) {
          split.receive(bytes.subarray(from, to), 0);
          got.push(...drain(split));
          from = to;
        }
        expect(got.map(plain)).toEqual(expected.map(plain));
      }),
    );
  });
});

/** Without the stack traces and codecs in it. */
function plain(event: SessionEvent): unknown {
  return JSON.parse(JSON.stringify(event, (_, value) => (value instanceof Error ? value.message : value)));
}
