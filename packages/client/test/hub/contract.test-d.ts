import { connect, type HubConnection } from '@minihub/client';
import { defineHub, method, stream, upload } from '@minihub/server';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';

interface ChatClient {
  message(from: string, text: string): void;
  confirm(question: string): boolean;
}

const chat = defineHub<ChatClient>()({
  methods: {
    add: method([z.number(), z.number()], (_, a, b) => a + b),
    say: method([z.string(), z.string().optional()], async () => {}),
    countdown: stream([z.int()], async function* (_, from) {
      yield from;
    }),
    sum: method([upload(z.number())], async () => 1),
  },
});

const hub = connect<typeof chat>('wss://example.com/chat');

expectTypeOf(hub.invoke('add', 1, 2)).toEqualTypeOf<Promise<number>>();
expectTypeOf(hub.invoke('say', 'hi')).toEqualTypeOf<Promise<void>>();
expectTypeOf(hub.with({ timeoutMs: 1 }).invoke('add', 1, 2)).toEqualTypeOf<Promise<number>>();
expectTypeOf(hub.stream('countdown', 3)).toExtend<AsyncIterable<number>>();
expectTypeOf(hub.send('countdown', 3)).toEqualTypeOf<Promise<void>>();
async function* numbers(): AsyncGenerator<number> {
  yield 1;
}
expectTypeOf(hub.invoke('sum', numbers())).toEqualTypeOf<Promise<number>>();

// @ts-expect-error: there is no such method
void hub.invoke('nope');
// @ts-expect-error: too few arguments
void hub.invoke('add', 1);
// @ts-expect-error: the wrong type
void hub.invoke('add', 1, '2');
// @ts-expect-error: a stream is not invoked
void hub.invoke('countdown', 3);
// @ts-expect-error: a plain method is not streamed
hub.stream('add', 1, 2);

hub.on('message', (from, text) => {
  expectTypeOf(from).toEqualTypeOf<string>();
  expectTypeOf(text).toEqualTypeOf<string>();
});
// A callback without a result may be given any function; one with a result must answer, now or later.
hub.on('message', () => 1);
hub.on('confirm', () => true);
hub.on('confirm', async () => true);
// @ts-expect-error: the answer has the wrong type
hub.on('confirm', () => 'yes');
// @ts-expect-error: there is no such callback
hub.on('nope', () => {});

// A contract may be written by hand, as an interface too.
interface Handmade {
  methods: { ping(): Promise<string>; ticks(): AsyncIterable<Date> };
  callbacks: { pong(n: number): void };
}
declare const handmade: HubConnection<Handmade>;
expectTypeOf(handmade.invoke('ping')).toEqualTypeOf<Promise<string>>();
expectTypeOf(handmade.stream('ticks')).toExtend<AsyncIterable<Date>>();

// Without a contract everything goes.
declare const any: HubConnection;
void any.invoke('whatever', 1, {}, null);
any.stream('whatever');
any.on('whatever', (a, b) => [a, b]);
