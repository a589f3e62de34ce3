import { expect, it } from 'vitest';
import { failureOf, Inbox } from '../support/inbox.ts';
import type { ClientKit, Mode } from './client-kits.ts';
import { collect, setScene } from './client-scene.ts';

/** Streams to the client, from the client, and both at once. */
export function streamsSpec(kit: ClientKit, mode: Mode): void {
  it('reads a stream to its end', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    expect(await collect(connection, 'countdown', 3)).toEqual([3, 2, 1, 0]);
  });

  it('reads a long stream whole and in order', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const items = await collect(connection, 'burst', 20_000);
    expect(items).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  });

  it('reads several streams at once', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const streams = [5, 50, 500].map((from) => collect(connection, 'countdown', from));
    expect((await Promise.all(streams)).map((items) => items.length)).toEqual([6, 51, 501]);
  });

  it('ends a stream on the server by cancelling it', async () => {
    const { connect, events } = await setScene(kit, mode);
    const { connection } = await connect();
    const items = new Inbox<unknown>();
    const subscription = connection.stream('forever').subscribe({
      next: items.put,
      complete: () => {},
      error: () => {},
    });
    expect(await items.next()).toBe('first');
    subscription.dispose();
    await events.streamsEnded.next();
    expect(await connection.invoke('add', 1, 1)).toBe(2);
  });

  it('ends a stream on the server by stopping in the middle of it', async () => {
    const { connect, events, hub } = await setScene(kit, mode);
    const { connection } = await connect();
    const items = new Inbox<unknown>();
    connection.stream('forever').subscribe({ next: items.put, complete: () => {}, error: () => {} });
    await items.next();
    await connection.stop();
    await events.streamsEnded.next();
    expect((await events.gone.next()).cause).toBe('client');
    expect(hub.connectionCount).toBe(0);
  });

  it('gets the items before an error, and its text', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const items: unknown[] = [];
    const failure = new Promise<string>((resolve) => {
      connection.stream('breakingStream').subscribe({
        next: (item) => items.push(item),
        complete: () => resolve('completed'),
        error: (error) => resolve((error as Error).message),
      });
    });
    expect(await failure).toBe('An error occurred on the server while streaming results. HubException: half-way');
    expect(items).toEqual([1]);
  });

  it.each([
    [
      'an unknown method',
      'nope',
      "Failed to invoke 'nope' due to an error on the server. HubException: Method does not exist.",
    ],
    [
      'a plain method',
      'add',
      "The client attempted to invoke the non-streaming 'add' method with a streaming invocation.",
    ],
  ])('is told when it streams %s', async (_, method, text) => {
    const { connection } = await (await setScene(kit, mode)).connect();
    expect(await failureOf(collect(connection, method, 1, 2))).toBe(text);
  });

  if (kit.lacks.upload === undefined) uploadsSpec(kit, mode);
  else {
    it(`is told that its stream is missing: uploads ${kit.lacks.upload}`, async () => {
      const { connection } = await (await setScene(kit, mode)).connect();
      const noSubject = { subscribe: 'is written as JSON' };
      expect(await failureOf(connection.invoke('sum', noSubject))).toBe(
        'Client sent 0 stream(s), Hub method expects 1.',
      );
    });
  }
}

function uploadsSpec(kit: ClientKit, mode: Mode): void {
  it('uploads a stream', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const subject = kit.createSubject();
    const sum = connection.invoke('sum', subject);
    for (let n = 0; n < 1_000; n++) subject.next(n);
    subject.complete();
    expect(await sum).toBe(499_500);
  });

  it('uploads with send, which nobody answers', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const subject = kit.createSubject();
    await connection.send('sum', subject);
    subject.next(1);
    subject.complete();
    expect(await connection.invoke('add', 1, 1)).toBe(2);
  });

  it('uploads two streams to one method', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const [left, right] = [kit.createSubject(), kit.createSubject()];
    // With an argument between them: the official client forgets the second of two neighbours.
    const joined = connection.invoke('join2', left, '|', right);
    for (const letter of 'abc') {
      left.next(letter);
      right.next(letter.toUpperCase());
    }
    right.complete();
    left.complete();
    expect(await joined).toBe('abc|ABC');
  });

  it('streams both ways at once', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const subject = kit.createSubject();
    const doubled = collect(connection, 'double', subject, 2);
    for (let n = 0; n < 500; n++) subject.next(n);
    subject.complete();
    expect(await doubled).toEqual(Array.from({ length: 500 }, (_, n) => n * 2));
  });

  it('fails the method with an upload that fails', async () => {
    const { connection } = await (await setScene(kit, mode, { detailedErrors: true })).connect();
    const subject = kit.createSubject();
    const sum = connection.invoke('sum', subject);
    subject.next(1);
    subject.error(new Error('no more'));
    expect(await failureOf(sum)).toContain('no more');
  });

  it('is told about an item of the wrong type', async () => {
    const { connection } = await (await setScene(kit, mode, { detailedErrors: true })).connect();
    const subject = kit.createSubject();
    const sum = connection.invoke('sum', subject);
    subject.next('one');
    subject.complete();
    expect(await failureOf(sum)).toContain('Failed to bind Stream message.');
    expect(await connection.invoke('add', 1, 1)).toBe(2);
  });

  it('is told about streams that the method does not expect', async () => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const subject = kit.createSubject();
    const text = 'Client sent 1 stream(s), Hub method expects 0.';
    expect(await failureOf(connection.invoke('add', subject, 1, 2))).toBe(text);
    expect(await connection.invoke('add', 1, 1)).toBe(2);
  });
}
