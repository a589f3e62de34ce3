import { defineHub, HubError, method, stream, upload } from '@minihub/server';
import { z } from 'zod';

/** What the everything hub calls on its clients. */
export interface EverythingClient {
  message(from: string, text: string): void;
  echo(value: unknown): void;
  question(text: string): string;
}

/** A hub that does everything once: what the tests of real clients talk to. */
export const everything = defineHub<EverythingClient>()({
  connected: ({ groups, connection }) => groups.add(connection.id, 'everybody'),
  methods: {
    add: method([z.number(), z.number()], (_, a, b) => a + b),
    echo: method([z.unknown()], (_, value) => value),
    nothing: method([], () => {}),
    optional: method([z.string(), z.string().optional()], (_, a, b) => `${a}-${b ?? 'none'}`),
    id: method([], ({ connection }) => connection.id),
    join: method([z.string()], ({ groups, connection }, group) => groups.add(connection.id, group)),
    leave: method([z.string()], ({ groups, connection }, group) => groups.remove(connection.id, group)),
    tell: method([z.string(), z.string()], ({ clients, connection }, group, text) =>
      clients.group(group).message(connection.id, text),
    ),
    tellOthers: method([z.string()], ({ clients, connection }, text) => clients.others.message(connection.id, text)),
    callMe: method([z.unknown()], ({ clients }, value) => clients.caller.echo(value)),
    askMe: method([z.string()], ({ clients }, text) => clients.caller.ask({ timeoutMs: 5_000 }).question(text)),
    fail: method([], () => {
      throw new RangeError('a secret');
    }),
    failOnPurpose: method([], () => {
      throw new HubError('for you');
    }),
    failTyped: method([], () => {
      throw new HubError('for you', { typeName: 'InvalidOperationException' });
    }),
    countdown: stream([z.int().max(1_000_000)], async function* ({ signal }, from) {
      for (let n = from; n >= 0 && !signal.aborted; n--) {
        yield n;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }),
    burst: stream([z.int()], function* (_, count) {
      for (let n = 0; n < count; n++) yield n;
    }),
    breakingStream: stream([], async function* () {
      yield 1;
      throw new HubError('half-way');
    }),
    sum: method([upload(z.number())], async (_, numbers) => {
      let sum = 0;
      for await (const n of numbers) sum += n;
      return sum;
    }),
    double: stream([upload(z.number()), z.number()], async function* (_, numbers, factor) {
      for await (const n of numbers) yield n * factor;
    }),
    abort: method([], ({ connection }) => connection.abort()),
  },
});
