import { describe, expect, it } from 'vitest';
import { HubRouter, type Recipient } from '../../src/router/hub-router.ts';
import { RouterGroups, RouterUsers } from '../../src/router/router-groups.ts';
import { RecordingLog } from '../support/recording-log.ts';

function createScene() {
  const router = new HubRouter<Recipient>();
  const log = new RecordingLog();
  const connect = (id: string, user?: string): Recipient => {
    const connection: Recipient = { id, user, send: () => {} };
    router.add(connection);
    return connection;
  };
  return { router, log, connect, groups: new RouterGroups(router), users: new RouterUsers(router, log.log) };
}

describe('a list', () => {
  it('of members or users comes whole, or in parts, in the order of coming', async () => {
    const { connect, groups, users } = createScene();
    for (const id of ['c', 'a', 'b']) {
      connect(id, `user ${id}`);
      await groups.add(id, 'g');
    }
    connect('nobody');
    const ids = async (part = {}): Promise<string[]> =>
      (await groups.members('g', part)).map((one) => one.connectionId);
    expect(await ids()).toEqual(['c', 'a', 'b']);
    expect(await ids({ limit: 2 })).toEqual(['c', 'a']);
    expect(await ids({ offset: 2, limit: 2 })).toEqual(['b']);
    expect(await ids({ offset: 3 })).toEqual([]);
    expect(await ids({ limit: 0 })).toEqual([]);
    expect(await users.list()).toEqual(['user c', 'user a', 'user b']);
    expect(await users.list({ offset: 1, limit: 1 })).toEqual(['user a']);
    expect(await groups.members('nowhere', { offset: 5 })).toEqual([]);
  });

  it.each([{ limit: -1 }, { limit: 1.5 }, { offset: Number.NaN }, { offset: '1' as never }])(
    'in the part %j is refused',
    async (part) => {
      const { groups, users } = createScene();
      await expect(groups.members('g', part)).rejects.toMatchObject({ code: 'MH_SERVER_INVALID_OPTION' });
      await expect(users.list(part)).rejects.toMatchObject({ code: 'MH_SERVER_INVALID_OPTION' });
    },
  );
});

describe('presence', () => {
  it('is told of the first connection of a user and of the last, and of no other', () => {
    const { router, connect, users } = createScene();
    const told: unknown[] = [];
    users.onChange((change) => told.push(change));
    const phone = connect('phone', 'ann');
    const desk = connect('desk', 'ann');
    const nobody = connect('nobody');
    router.remove(phone);
    router.remove(nobody);
    expect(told).toEqual([{ user: 'ann', isConnected: true }]);
    router.remove(desk);
    expect(told.slice(1)).toEqual([{ user: 'ann', isConnected: false }]);
  });

  it('agrees with the lists when it is told', async () => {
    const { router, connect, users, groups } = createScene();
    const seen: Promise<unknown>[] = [];
    users.onChange(({ user }) => void seen.push(Promise.all([users.isConnected(user), users.count(), groups.names()])));
    const phone = connect('phone', 'ann');
    await groups.add('phone', 'g');
    router.remove(phone);
    expect(await Promise.all(seen)).toEqual([
      [true, 1, []],
      [false, 0, []],
    ]);
  });

  it('ends where it is ended, for that listener alone', () => {
    const { connect, users } = createScene();
    const told: string[] = [];
    const listener = ({ user }: { user: string }): unknown => told.push(user);
    const end = users.onChange(listener);
    users.onChange(listener);
    connect('1', 'ann');
    end();
    end();
    connect('2', 'ben');
    expect(told).toEqual(['ann', 'ann', 'ben']);
  });

  it('logs what a listener throws, at once or later, and goes on', async () => {
    const { connect, users, log } = createScene();
    const told: string[] = [];
    const boom = new Error('boom');
    users.onChange(() => {
      throw boom;
    });
    users.onChange(() => Promise.reject(boom));
    users.onChange(({ user }) => told.push(user));
    connect('1', 'ann');
    await Promise.resolve();
    expect(told).toEqual(['ann']);
    const entry = { user: 'ann', error: boom };
    expect(log.of('presenceListenerThrew')).toEqual([entry, entry]);
  });
});
