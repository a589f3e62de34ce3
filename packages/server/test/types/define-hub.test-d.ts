import { createHubServer, defineHub, method, stream, upload } from '@minihub/server';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

// Checked by tsc, not run. Each wrong use must be an error.

type Client = {
  message(from: string, text: string): void;
  confirm(question: string): boolean;
};
type Items = { name?: string };

const hub = defineHub<Client, Items>()({
  connected: ({ groups, connection, items }) => {
    items.name = connection.id;
    // @ts-expect-error: no such item
    items.age = 1;
    return groups.add(connection.id, 'lobby');
  },
  disconnected: (_, { cause, groups }) => {
    const why: string = cause;
    // @ts-expect-error: read-only
    groups.push(why);
  },
  methods: {
    say: method([z.string(), z.number().optional()], async ({ clients, user }, text, times) => {
      const n: number | undefined = times;
      await clients.all.message(user ?? '?', text.repeat(n ?? 1));
      // @ts-expect-error: the second argument is missing
      await clients.all.message('a');
      // @ts-expect-error: no such callback
      await clients.all.shout('a');
      // @ts-expect-error: by name too
      await clients.all.send('shout');
      await clients.all.send('message', 'a', 'b');
    }),
    ask: method([], async ({ clients }) => {
      const yes: boolean = await clients.caller.ask().confirm('?');
      const all = await clients.group('g').ask({ timeoutMs: 1 }).confirm('?');
      for (const outcome of all) {
        if (outcome.status === 'answered') outcome.value satisfies boolean;
        // @ts-expect-error: who failed has no value
        else outcome.value;
      }
      // @ts-expect-error: others are many, so the answer is a list
      const wrong: boolean = await clients.others.ask().confirm('?');
      return yes && wrong;
    }),
    parsed: method([z.string().transform((text) => text.length)], (_, length) => length.toFixed(1)),
    valibot: method([v.object({ a: v.number() })], (_, { a }) => a),
    arktype: method([type({ b: 'string' })], (_, { b }) => b),
    countdown: stream([z.int()], async function* ({ signal }, from) {
      signal.throwIfAborted();
      yield from;
    }),
    sum: method([upload(z.number()), z.string()], async (_, numbers, unit) => {
      let sum = 0;
      for await (const n of numbers) sum += n;
      return `${sum}${unit}`;
    }),
    // @ts-expect-error: a stream must give something iterable
    notAStream: stream([], () => 1),
    // @ts-expect-error: the schema gives a string
    wrongType: method([z.string()], (_, n: number) => n),
    // @ts-expect-error: a plain function is no method
    plain: () => 1,
  },
});

const good = defineHub<Client>()({
  methods: {
    say: method([z.string()], () => {}),
    parsed: method([z.string().transform((text) => text.length)], (_, length) => length > 1),
    countdown: stream([z.int()], function* (_, from) {
      yield from;
    }),
    sum: method([upload(z.number())], async () => 1),
  },
});

// What a client reads.
type Methods = NonNullable<(typeof good)['~contract']>['methods'];
declare const methods: Methods;
methods.say('a') satisfies Promise<void>;
methods.parsed('a') satisfies Promise<boolean>;
methods.countdown(1) satisfies AsyncIterable<number>;
declare const numbers: AsyncIterable<number>;
methods.sum(numbers) satisfies Promise<number>;
// @ts-expect-error: what goes in is the schema's input
methods.parsed(1);
// @ts-expect-error: no such method
methods.nope();

const hubs = createHubServer({ limits: { keepAliveIntervalMs: 1 } });
hubs.map('/good', good).clients.all.message('a', 'b') satisfies Promise<void>;
// @ts-expect-error: a number is no text
void hubs.hub(good).clients.user('u').message(1, 'b');
// @ts-expect-error: no such limit
createHubServer({ limits: { keepAlive: 1 } });
// @ts-expect-error: not a hub
hubs.map('/x', {});

const hubHandle = hubs.hub(good);
// Several kinds of receivers together.
void hubHandle.clients.anyOf({ groups: ['g'], users: ['u'], except: [] }).message('a', 'b');
// @ts-expect-error: no such member
hubHandle.clients.anyOf({ user: 'u' });
// @ts-expect-error: no such callback
hubHandle.clients.anyOf({ groups: ['g'] }).shout('a');
const listed: Promise<string[]> = hubHandle.users.list({ offset: 10, limit: 10 });
const end: () => void = hubHandle.users.onChange(({ user, isConnected }) => [user.length, isConnected === true]);
void [listed, end];

export { hub };
