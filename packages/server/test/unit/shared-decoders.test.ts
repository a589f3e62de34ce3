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
import { HubSession, type SessionEvent } from '../../src/session/hub-session.ts';
import { SharedDecoders } from '../../src/session/shared-decoders.ts';
import { encodeAll } from '../support/hub-harness.ts';

/** Sessions of one hub, and how many decoders were made for them. */
class Sessions {
  made = 0;
  readonly codec: HubCodec;
  readonly #decoders = new SharedDecoders(defaultDecoderLimits);

  constructor(codec: HubCodec) {
    this.codec = {
      ...codec,
      createDecoder: (limits) => {
        this.made++;
        return codec.createDecoder(limits);
      },
    };
  }

  /** One that has shaken hands. */
  open(): HubSession {
    const session = new HubSession(
      {
        codecs: new Map([[this.codec.name, this.codec]]),
        transferFormats: ['Text', 'Binary'],
        inherentKeepAlive: false,
        decoders: this.#decoders,
        utf8: plainUtf8,
        handshakeTimeoutMs: 15_000,
        keepAliveIntervalMs: 15_000,
        clientTimeoutMs: 30_000,
        detailedErrors: false,
      },
      0,
    );
    session.receive(Buffer.from(encodeHandshakeRequest({ protocol: this.codec.name, version: 1 })), 0);
    expect(session.next()?.type).toBe('handshaken');
    return session;
  }

  bytes(...messages: HubMessage[]): Buffer {
    return encodeAll(this.codec, messages);
  }
}

function call(target: string): HubMessage {
  return { type: MessageType.Invocation, target, arguments: [] };
}

/** The targets of the calls that a session hands out. */
function drain(session: HubSession): string[] {
  const targets: string[] = [];
  for (let event: SessionEvent | undefined = session.next(); event !== undefined; event = session.next()) {
    targets.push(event.type === MessageType.Invocation ? event.target : String(event.type));
  }
  return targets;
}

describe.each([
  ['json', createJsonCodec()],
  ['messagepack', createMessagePackCodec()],
])('sessions that speak %s', (_, codec) => {
  it('need no decoder while they are idle, and one for all that read whole messages', () => {
    const sessions = new Sessions(codec);
    const open = Array.from({ length: 50 }, () => sessions.open());
    expect(sessions.made).toBe(0);
    for (const [i, session] of open.entries()) {
      session.receive(sessions.bytes(call(`m${i}`)), 0);
      expect(drain(session)).toEqual([`m${i}`]);
    }
    expect(sessions.made).toBe(1);
  });

  it('keep the decoder while they hold half a message, or have not read everything', () => {
    const sessions = new Sessions(codec);
    const [half, busy, other] = [sessions.open(), sessions.open(), sessions.open()];
    const bytes = sessions.bytes(call('late'));
    half.receive(bytes.subarray(0, 5), 0);
    expect(drain(half)).toEqual([]);
    busy.receive(sessions.bytes(call('first'), call('second')), 0);
    expect(busy.next()).toMatchObject({ target: 'first' });
    other.receive(sessions.bytes(call('other')), 0);
    expect(drain(other)).toEqual(['other']);
    expect(sessions.made).toBe(3);
    expect(drain(busy)).toEqual(['second']);
    half.receive(bytes.subarray(5), 0);
    expect(drain(half)).toEqual(['late']);
  });

  it('do not hand on a decoder that has failed', () => {
    const sessions = new Sessions(codec);
    const [broken, other] = [sessions.open(), sessions.open()];
    broken.receive(codec.name === 'json' ? Buffer.from('{]\u001e') : Buffer.from([1, 0xc1]), 0);
    expect(broken.next()).toMatchObject({ type: 'ended', cause: 'protocol' });
    other.receive(sessions.bytes(call('other')), 0);
    expect(drain(other)).toEqual(['other']);
  });

  it('count each their own messages that nobody knows', () => {
    const sessions = new Sessions(codec);
    const [first, second] = [sessions.open(), sessions.open()];
    const unknown = codec.name === 'json' ? Buffer.from('{"type":99}\u001e') : Buffer.from([2, 0x91, 0x63]);
    first.receive(Buffer.concat([unknown, unknown]), 0);
    drain(first);
    second.receive(unknown, 0);
    drain(second);
    expect([first.takeOthers(), first.takeOthers(), second.takeOthers()]).toEqual([2, 0, 1]);
  });

  it('read no more once their input is dropped, until they are attached again', () => {
    const sessions = new Sessions(codec);
    const session = sessions.open();
    session.dropInput();
    session.receive(sessions.bytes(call('lost')), 0);
    expect(drain(session)).toEqual([]);
    session.reattach(sessions.codec, 0);
    session.receive(sessions.bytes(call('found')), 0);
    expect(drain(session)).toEqual(['found']);
  });

  it('each get what was sent to them, in order, however it is cut and mixed', () => {
    const cuts = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(cuts, (steps) => {
        const sessions = new Sessions(codec);
        const peers = [0, 1, 2].map((peer) => {
          const targets = Array.from({ length: 6 }, (_, i) => `peer${peer}-${i}`);
          return { targets, left: sessions.bytes(...targets.map(call)), got: [] as string[], session: sessions.open() };
        });
        const all = peers.map((_, peer): [number, number] => [peer, Number.POSITIVE_INFINITY]);
        for (const [index, size] of [...steps, ...all]) {
          const peer = peers[index] as (typeof peers)[number];
          peer.session.receive(peer.left.subarray(0, size), 0);
          peer.left = peer.left.subarray(size);
          peer.got.push(...drain(peer.session));
        }
        for (const { got, targets } of peers) expect(got).toEqual(targets);
      }),
    );
  });
});
