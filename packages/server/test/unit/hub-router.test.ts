import { MessageType } from '@minihub/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncodedMessage } from '../../src/outbound/encoded-message.ts';
import { HubRouter, type Recipient } from '../../src/router/hub-router.ts';
import type { Target } from '../../src/router/target.ts';

class Mailbox implements Recipient {
  readonly id: string;
  readonly user: string | undefined;
  readonly got: EncodedMessage[] = [];

  constructor(id: string, user: string | undefined) {
    this.id = id;
    this.user = user;
  }

  send(message: EncodedMessage): void {
    this.got.push(message);
  }
}

/** The same without an index: who would be found by looking at everybody. */
class NaiveRouter {
  readonly members: { readonly connection: Mailbox; readonly groups: Set<string> }[] = [];

  select({ kind, ...target }: Target): Mailbox[] {
    const wanted = ({ connection, groups }: NaiveRouter['members'][number]): boolean => {
      const { ids, names, users, except } = target as {
        ids?: string[];
        names?: string[];
        users?: string[];
        except?: Set<string>;
      };
      if (except?.has(connection.id)) return false;
      if (kind === 'all') return true;
      if (kind === 'connections') return ids?.includes(connection.id) ?? false;
      if (kind === 'groups') return names?.some((name) => groups.has(name)) ?? false;
      const isOfUser = connection.user !== undefined && (users?.includes(connection.user) ?? false);
      if (kind === 'users') return isOfUser;
      return isOfUser || ids?.includes(connection.id) === true || names?.some((name) => groups.has(name)) === true;
    };
    return this.members.filter(wanted).map(({ connection }) => connection);
  }
}

const anyId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const anyGroup = fc.constantFrom('g', 'G', 'h', '', '__proto__', 'constructor');
const anyUser = fc.constantFrom('u', 'v', '__proto__');
const except = fc.option(
  fc.array(anyId).map((ids) => new Set(ids)),
  { nil: undefined },
);
const target: fc.Arbitrary<Target> = fc.oneof(
  except.map((ids): Target => (ids === undefined ? { kind: 'all' } : { kind: 'all', except: ids })),
  fc.array(anyId).map((ids): Target => ({ kind: 'connections', ids })),
  fc
    .tuple(fc.array(anyGroup, { maxLength: 3 }), except)
    .map(
      ([names, ids]): Target =>
        ids === undefined ? { kind: 'groups', names } : { kind: 'groups', names, except: ids },
    ),
  fc.array(anyUser).map((users): Target => ({ kind: 'users', users })),
  fc
    .tuple(fc.array(anyGroup, { maxLength: 2 }), fc.array(anyUser), fc.array(anyId), except)
    .map(
      ([names, users, ids, excepted]): Target => ({ kind: 'any', names, users, ids, except: excepted ?? new Set() }),
    ),
);
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), id: anyId, user: fc.option(anyUser, { nil: undefined }) }),
  fc.record({ do: fc.constant('remove' as const), id: anyId }),
  fc.record({ do: fc.constant('join' as const), id: anyId, group: anyGroup }),
  fc.record({ do: fc.constant('leave' as const), id: anyId, group: anyGroup }),
  fc.record({ do: fc.constant('send' as const), target }),
);

describe('HubRouter', () => {
  it('reaches exactly whom a look at everybody would find, each once, after any history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const router = new HubRouter<Mailbox>();
        const naive = new NaiveRouter();
        const present = new Set<string>();
        router.onPresence = (user, isConnected) => {
          expect(present.has(user)).toBe(!isConnected);
          if (isConnected) present.add(user);
          else present.delete(user);
        };
        for (const action of steps) {
          const index = 'id' in action ? naive.members.findIndex(({ connection }) => connection.id === action.id) : -1;
          const member = naive.members[index];
          if (action.do === 'add' && member === undefined) {
            const connection = new Mailbox(action.id, action.user);
            router.add(connection);
            naive.members.push({ connection, groups: new Set() });
          } else if (action.do === 'remove' && member !== undefined) {
            expect([...router.remove(member.connection)].sort()).toEqual([...member.groups].sort());
            expect(router.remove(member.connection)).toEqual([]);
            naive.members.splice(index, 1);
          } else if (action.do === 'join') {
            router.join(action.id, action.group);
            member?.groups.add(action.group);
          } else if (action.do === 'leave') {
            router.leave(action.id, action.group);
            member?.groups.delete(action.group);
          } else if (action.do === 'send') {
            const message = new EncodedMessage({ type: MessageType.Ping });
            router.send(action.target, message);
            const got = naive.members.filter(({ connection }) => connection.got.includes(message));
            expect(got.map(({ connection }) => connection.id)).toEqual(naive.select(action.target).map(({ id }) => id));
            for (const { connection } of got) expect(connection.got.filter((each) => each === message)).toHaveLength(1);
            expect(
              router
                .resolve(action.target)
                .map(({ id }) => id)
                .sort(),
            ).toEqual(
              naive
                .select(action.target)
                .map(({ id }) => id)
                .sort(),
            );
          }
          const groups = new Set(naive.members.flatMap((each) => [...each.groups]));
          expect(router.groupNames().sort()).toEqual([...groups].sort());
          for (const { connection, groups: own } of naive.members) {
            expect(router.groupsOf(connection.id).sort()).toEqual([...own].sort());
          }
          const users = new Set(
            naive.members.map(({ connection }) => connection.user).filter((user) => user !== undefined),
          );
          expect(router.userCount).toBe(users.size);
          expect(router.userNames().sort()).toEqual([...users].sort());
          expect(present).toEqual(users);
          expect(router.connections.size).toBe(naive.members.length);
        }
      }),
    );
  });

  it('leaves no trace of a connection that has gone', () => {
    const router = new HubRouter<Mailbox>();
    const connection = new Mailbox('a', 'u');
    router.add(connection);
    router.join('a', 'g');
    router.remove(connection);
    router.join('a', 'g');
    expect(router.groupNames()).toEqual([]);
    expect(router.members('g')).toBeUndefined();
    expect(router.connectionsOf('u')).toBeUndefined();
    expect(router.groupsOf('a')).toEqual([]);
  });
});
