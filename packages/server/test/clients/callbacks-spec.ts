import { expect, it } from 'vitest';
import { failureOf, Inbox } from '../support/inbox.ts';
import type { ClientKit, Mode } from './client-kits.ts';
import { type ClientScene, setScene, type WatchedConnection } from './client-scene.ts';

/** What the server calls on clients: callbacks, groups, users, client results. */
export function callbacksSpec(kit: ClientKit, mode: Mode): void {
  it.each([
    ['a text', '你好 👋'],
    ['null', null],
    ['nested values', { list: [1, { deep: true }] }],
  ])('is called back with %s', async (_, value) => {
    const { connection } = await (await setScene(kit, mode)).connect();
    const echoes = new Inbox<unknown>();
    connection.on('echo', (echo) => echoes.put(echo));
    await connection.invoke('callMe', value);
    expect(await echoes.next()).toEqual(value);
  });

  /** Sends, then sends `end` to each: what came before `end` is all that came. */
  async function received(
    { hub }: ClientScene,
    clients: readonly WatchedConnection[],
    send: () => Promise<unknown>,
  ): Promise<string[][]> {
    await send();
    await hub.clients.all.message('test', 'end');
    return Promise.all(
      clients.map(async ({ messages }) => {
        const texts: string[] = [];
        for (let text = await messages.next(); text !== 'end'; text = await messages.next()) texts.push(text);
        return texts;
      }),
    );
  }

  it('is reached as one of all, of others, and by its id', async () => {
    const scene = await setScene(kit, mode);
    const [a, b] = [await scene.connect(), await scene.connect()];
    const id = await b.connection.invoke('id');
    expect(await received(scene, [a, b], () => a.connection.invoke('tellAll', 'x'))).toEqual([['x'], ['x']]);
    expect(await received(scene, [a, b], () => a.connection.invoke('tellOthers', 'x'))).toEqual([[], ['x']]);
    expect(await received(scene, [a, b], () => a.connection.invoke('tellOne', id, 'x'))).toEqual([[], ['x']]);
  });

  it('is reached through its groups, until it leaves them', async () => {
    const scene = await setScene(kit, mode);
    const [a, b, c] = [await scene.connect(), await scene.connect(), await scene.connect()];
    await a.connection.invoke('join', 'g');
    await b.connection.invoke('join', 'g');
    expect(await received(scene, [a, b, c], () => c.connection.invoke('tell', 'g', 'x'))).toEqual([['x'], ['x'], []]);
    expect(await received(scene, [a, b, c], () => a.connection.invoke('tellOthersIn', 'g', 'x'))).toEqual([
      [],
      ['x'],
      [],
    ]);
    await b.connection.invoke('leave', 'g');
    expect(await received(scene, [a, b, c], () => c.connection.invoke('tell', 'g', 'x'))).toEqual([['x'], [], []]);
    expect(await received(scene, [a, b, c], () => c.connection.invoke('tell', 'G', 'x'))).toEqual([[], [], []]);
  });

  it('is reached as a user, on each of its connections', async () => {
    const scene = await setScene(kit, mode, {
      authenticate: ({ token }) => (token === undefined ? undefined : { user: token }),
    });
    const phone = await scene.connect({ token: 'ada' });
    const desk = await scene.connect({ token: 'ada' });
    const other = await scene.connect({ token: 'bob' });
    const nobody = await scene.connect();
    const send = (): Promise<unknown> => nobody.connection.invoke('tellUsers', ['ada', 'ghost'], 'x');
    expect(await received(scene, [phone, desk, other, nobody], send)).toEqual([['x'], ['x'], [], []]);
    expect(await scene.hub.users.count()).toBe(2);
  });

  it('gets messages in the order in which they were sent', async () => {
    const scene = await setScene(kit, mode);
    const client = await scene.connect();
    const texts = Array.from({ length: 1_000 }, (_, i) => `${i}`);
    const send = async (): Promise<void> => {
      for (const text of texts) void scene.hub.clients.all.message('test', text);
    };
    expect(await received(scene, [client], send)).toEqual([texts]);
  });

  it('is sent to from outside of the hub, and large messages come whole', async () => {
    const scene = await setScene(kit, mode);
    const client = await scene.connect();
    const text = '大'.repeat(200_000);
    expect(await received(scene, [client], () => scene.hub.clients.all.message('test', text))).toEqual([[text]]);
  });

  if (kit.lacks.clientResults === undefined) {
    it('answers a question of the server', async () => {
      const { connection } = await (await setScene(kit, mode)).connect();
      connection.on('question', (text: string) => `${text}? yes`);
      expect(await connection.invoke('askMe', 'really')).toBe('really? yes');
    });

    it('answers a question that is asked from outside of the hub', async () => {
      const { connect, hub } = await setScene(kit, mode);
      const { connection } = await connect();
      connection.on('question', async (text: string) => `${text}!`);
      const id = (await connection.invoke('id')) as string;
      expect(await hub.clients.client(id).ask().question('now')).toBe('now!');
    });

    it('fails a question that nobody answers', async () => {
      const { connect, hub } = await setScene(kit, mode);
      const { connection } = await connect();
      const id = (await connection.invoke('id')) as string;
      expect(await failureOf(hub.clients.client(id).ask().question('x'))).toBe("Client didn't provide a result.");
    });

    it('fails a question whose handler throws', async () => {
      const { connect, hub } = await setScene(kit, mode);
      const { connection } = await connect();
      connection.on('question', () => {
        throw new Error('not today');
      });
      const id = (await connection.invoke('id')) as string;
      expect(await failureOf(hub.clients.client(id).ask().question('x'))).toContain('not today');
    });

    it('fails a question to a client that goes away', async () => {
      const { connect, hub } = await setScene(kit, mode);
      const { connection } = await connect();
      const asked = new Inbox<void>();
      connection.on('question', () => {
        asked.put();
        return new Promise(() => {});
      });
      const id = (await connection.invoke('id')) as string;
      const answer = failureOf(hub.clients.client(id).ask().question('x'));
      await asked.next();
      await connection.stop();
      expect(await answer).toBe(`Connection '${id}' disconnected.`);
    });
  } else {
    it(`closes when it is asked: client results ${kit.lacks.clientResults}`, async () => {
      const { connect, events } = await setScene(kit, mode);
      const { connection, closed } = await connect();
      connection.on('question', (question: string) => `${question}? yes`);
      const text = 'Server requested a response, which is not supported in this version of the client.';
      expect(await failureOf(connection.invoke('askMe', 'really'))).toBe(text);
      expect(await closed.next()).toBe(text);
      await events.gone.next();
    });
  }
}
