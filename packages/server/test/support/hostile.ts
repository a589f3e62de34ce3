import { encodeHandshakeRequest, type HubCodec, type HubMessage, MessageType } from '@minihub/protocol';
import { defineHub, HubError, method, stream, upload } from '@minihub/server';
import fc from 'fast-check';
import { z } from 'zod';
import { createGate, type Gate } from './inbox.ts';

/** What the hostile hub calls on its clients. */
export interface HostileClient {
  message(text: string): void;
  question(text: string): unknown;
}

/** A hub in which everything can be pending: hooks, methods, questions, streams, uploads wait for the gate. */
export function createHostileHub() {
  const state: { gate: Gate; endings: number } = { gate: createGate(), endings: 0 };
  const hub = defineHub<HostileClient>()({
    connected: async ({ groups, connection }) => {
      await groups.add(connection.id, 'all');
      if (connection.request.query.has('slow')) await state.gate.passed;
    },
    disconnected: async () => {
      await state.gate.passed;
      state.endings++;
    },
    methods: {
      echo: method([z.unknown()], (_, value) => value),
      add: method([z.number(), z.number()], (_, a, b) => a + b),
      wait: method([], () => state.gate.passed),
      fail: method([], () => {
        throw new HubError('on purpose');
      }),
      ask: method([], ({ clients }) => clients.caller.ask({ timeoutMs: 5_000 }).question('?')),
      askAll: method([], ({ clients }) => clients.all.ask({ timeoutMs: 5_000 }).question('?')),
      join: method([z.string()], ({ groups, connection }, group) => groups.add(connection.id, group)),
      tell: method([z.string()], ({ clients }, text) => clients.others.message(text)),
      abort: method([], ({ connection }) => connection.abort()),
      count: stream([z.int()], async function* ({ signal }, to) {
        for (let n = 0; n < to && !signal.aborted; n++) yield n;
        await state.gate.passed;
      }),
      burst: stream([], function* () {
        for (let n = 0; n < 200; n++) yield n;
      }),
      sum: method([upload(z.number())], async (_, numbers) => {
        let sum = 0;
        for await (const n of numbers) sum += n;
        return sum;
      }),
      stuck: method([upload(z.unknown())], () => state.gate.passed),
      pipe: stream([upload(z.string())], async function* (_, texts) {
        for await (const text of texts) yield text;
      }),
    },
  });
  return { hub, state };
}

const names = [
  'echo',
  'add',
  'wait',
  'fail',
  'ask',
  'askAll',
  'join',
  'tell',
  'abort',
  'count',
  'burst',
  'sum',
  'stuck',
  'pipe',
  'nope',
  '__proto__',
  'toString',
];
const id = fc.constantFrom('1', '2', '3', 's1', 's2', 'u', 'v', '__proto__');
const target = fc.constantFrom(...names);
const streamIds = fc.option(fc.array(id, { maxLength: 3 }), { nil: undefined });
const args = fc.array(
  fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.constant({ __proto__: null, a: [1] })),
  { maxLength: 3 },
);
const without = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;

/** Well-formed messages, sensible or not. */
export const anyMessage: fc.Arbitrary<HubMessage> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        type: fc.constant(MessageType.Invocation),
        invocationId: fc.option(id, { nil: undefined }),
        target,
        arguments: args,
        streamIds,
      })
      .map((message) => without(message) as HubMessage),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ type: fc.constant(MessageType.StreamInvocation), invocationId: id, target, arguments: args, streamIds })
      .map((message) => without(message) as HubMessage),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant(MessageType.StreamItem),
      invocationId: id,
      item: fc.oneof(fc.integer(), fc.string()),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant(MessageType.Completion),
      invocationId: id,
      result: fc.option(fc.integer()),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant(MessageType.Completion), invocationId: id, error: fc.string() }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant(MessageType.CancelInvocation), invocationId: id }) },
  { weight: 1, arbitrary: fc.constant<HubMessage>({ type: MessageType.Ping }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom(MessageType.Ack, MessageType.Sequence), sequenceId: fc.nat() }),
  },
);

/** One thing that a hostile peer, or fate, does. */
export type HostileStep =
  | { readonly do: 'send'; readonly messages: readonly HubMessage[]; readonly cuts: readonly number[] }
  | { readonly do: 'mutate'; readonly message: HubMessage; readonly at: number; readonly byte: number }
  | { readonly do: 'bytes'; readonly bytes: Uint8Array }
  | { readonly do: 'half'; readonly message: HubMessage; readonly share: number }
  | { readonly do: 'handshake' | 'close' | 'open gate' | 'turn' | 'kick' | 'broadcast' | 'stall' | 'drain' }
  | { readonly do: 'pass'; readonly ms: number };

export const anyStep: fc.Arbitrary<HostileStep> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      messages: fc.array(anyMessage, { minLength: 1, maxLength: 5 }),
      cuts: fc.array(fc.nat(), { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mutate' as const),
      message: anyMessage,
      at: fc.nat(),
      byte: fc.nat({ max: 255 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 40 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('half' as const),
      message: anyMessage,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'turn' as const,
        'open gate' as const,
        'broadcast' as const,
        'stall' as const,
        'drain' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('handshake' as const, 'close' as const, 'kick' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 6_000, 31_000) }) },
);

/** The bytes of a step, in the pieces in which they are sent. */
export function chunksOf(step: HostileStep, codec: HubCodec): Buffer[] {
  const encode = (message: HubMessage): Buffer => Buffer.from(codec.encode(message) as string);
  switch (step.do) {
    case 'send': {
      const bytes = Buffer.concat(step.messages.map(encode));
      const cuts = step.cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b);
      return [...cuts, bytes.length].map((to, i) => bytes.subarray(cuts[i - 1] ?? 0, to));
    }
    case 'mutate': {
      const bytes = encode(step.message);
      bytes[step.at % bytes.length] = step.byte;
      return [bytes];
    }
    case 'bytes':
      return [Buffer.from(step.bytes)];
    case 'half': {
      const bytes = encode(step.message);
      return [bytes.subarray(0, Math.floor(bytes.length * step.share))];
    }
    case 'handshake':
      return [Buffer.from(encodeHandshakeRequest({ protocol: codec.name, version: 1 }))];
    case 'close':
      return [encode({ type: MessageType.Close })];
    default:
      return [];
  }
}
