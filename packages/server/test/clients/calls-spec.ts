import { expect, it } from 'vitest';
import { failureOf } from '../support/inbox.ts';
import type { ClientKit, Mode } from './client-kits.ts';
import { setScene } from './client-scene.ts';

/** Methods of the hub: results, arguments, errors. */
export function callsSpec(kit: ClientKit, mode: Mode): void {
  it('gets the result of a method', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    expect(await connection.invoke('add', 1, 2)).toBe(3);
  });

  it('finds methods whatever the case', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    expect(await connection.invoke('ADD', 1, 2)).toBe(3);
  });

  it('gets void as undefined or null, and null as null', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    expect((await connection.invoke('nothing')) ?? null).toBe(null);
    expect(await connection.invoke('echo', null)).toBe(null);
  });

  it.each([
    ['Chinese', '你好，世界'],
    ['emoji', '👩‍👩‍👧‍👦🇨🇳'],
    ['the record separator', 'a\u001eb'],
    ['NUL and quotes', '\u0000"\\\n'],
    ['a long text', '长'.repeat(10_000)],
    ['a large text from the server', ['x'.repeat(30_000)]],
    ['nested values', { a: [1, -1.5, true, null, { 'b-ü': [] }], empty: {} }],
  ])('carries %s both ways', async (_, value) => {
    const { connection } = await (await setScene(kit, mode)).connect();
    expect(await connection.invoke('echo', value)).toEqual(value);
  });

  it('may leave out optional arguments', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    expect(await connection.invoke('optional', 'a')).toBe('a-none');
    expect(await connection.invoke('optional', 'a', 'b')).toBe('a-b');
  });

  it('gets the answers of many calls at once, each its own', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    expect(await Promise.all(numbers.map((n) => connection.invoke('add', n, 1)))).toEqual(numbers.map((n) => n + 1));
  });

  it('sends without waiting for an answer', async () => {
    const { connect, events } = await setScene(kit, mode);
    const { connection } = await connect();
    await connection.send('note', 'sent');
    expect(await events.notes.next()).toBe('sent');
  });

  it('goes on after a send that fails on the server', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    await connection.send('fail');
    await connection.send('no such method');
    expect(await connection.invoke('add', 2, 2)).toBe(4);
  });

  const texts: [string, string, unknown[], string, string][] = [
    [
      'an unknown method',
      'nope',
      [],
      "Failed to invoke 'nope' due to an error on the server. HubException: Method does not exist.",
      '',
    ],
    [
      'too few arguments',
      'add',
      [1],
      "Failed to invoke 'add' due to an error on the server.",
      ' InvalidDataException: Invocation provides 1 argument(s) but target expects 2.',
    ],
    [
      'too many arguments',
      'add',
      [1, 2, 3],
      "Failed to invoke 'add' due to an error on the server.",
      ' InvalidDataException: Invocation provides 3 argument(s) but target expects 2.',
    ],
    [
      'an argument of the wrong type',
      'add',
      [1, 'two'],
      "Failed to invoke 'add' due to an error on the server.",
      ' InvalidDataException: Error binding arguments. Make sure that the types of the provided values match the types of the hub method being invoked.',
    ],
    [
      'a method that throws',
      'fail',
      [],
      "An unexpected error occurred invoking 'fail' on the server.",
      ' RangeError: a secret',
    ],
    [
      'a method that throws a HubError',
      'failOnPurpose',
      [],
      "An unexpected error occurred invoking 'failOnPurpose' on the server. HubException: for you",
      '',
    ],
    [
      'a method that throws a typed HubError',
      'failTyped',
      [],
      "An unexpected error occurred invoking 'failTyped' on the server. InvalidOperationException: for you",
      '',
    ],
    [
      'a stream that is invoked',
      'countdown',
      [3],
      "The client attempted to invoke the streaming 'countdown' method with a non-streaming invocation.",
      '',
    ],
  ];

  it.each(texts)('is told about %s', async (_, method, args, text) => {
    const { connection } = await (await setScene(kit, mode)).connect();
    expect(await failureOf(connection.invoke(method, ...args))).toBe(text);
    expect(await connection.invoke('add', 1, 1)).toBe(2);
  });

  it.each(texts)('is told more about %s with detailed errors', async (_, method, args, text, detail) => {
    const { connection } = await (await setScene(kit, mode, { detailedErrors: true })).connect();
    expect(await failureOf(connection.invoke(method, ...args))).toBe(text + detail);
  });
}
