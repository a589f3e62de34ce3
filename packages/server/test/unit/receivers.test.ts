import { type InvocationMessage, MinihubError } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';
import type { SendRule } from '../../src/outbound/send-options.ts';
import { CallerReceivers, type Messenger, Receivers } from '../../src/router/receivers.ts';
import type { Target } from '../../src/router/target.ts';

interface Client {
  message(text: string): void;
  send(text: string): void;
  question(text: string): number;
}

class RecordingMessenger implements Messenger {
  readonly sent: { readonly target: Target; readonly message: InvocationMessage }[] = [];
  readonly asked: unknown[][] = [];
  failure: Error | undefined;

  readonly sendRule: SendRule = { policy: 'disconnect', key: undefined, waitMs: 10_000, compress: true, urgent: false };
  readonly rules: (SendRule | undefined)[] = [];

  send(target: Target, { message, rule }: Parameters<Messenger['send']>[1]): undefined {
    if (this.failure !== undefined) throw this.failure;
    this.sent.push({ target, message: message as InvocationMessage });
    this.rules.push(rule);
  }

  async askOne(...asked: Parameters<Messenger['askOne']>): Promise<unknown> {
    this.asked.push(['one', ...asked]);
    return 7;
  }

  async askAll(...asked: Parameters<Messenger['askAll']>): Promise<[]> {
    this.asked.push(['all', ...asked]);
    return [];
  }
}

describe('Receivers', () => {
  it('turns each way of choosing into its target', async () => {
    const messenger = new RecordingMessenger();
    const clients = new CallerReceivers<Client>(messenger, 'me', () => {});
    const chosen = [
      clients.all,
      clients.allExcept(['a']),
      clients.client('a'),
      clients.clients(['a', 'b']),
      clients.group('g'),
      clients.groups(['g', 'h']),
      clients.groupExcept('g', ['a']),
      clients.user('u'),
      clients.users(['u', 'v']),
      clients.anyOf({ groups: ['g'], users: ['u'], connections: ['a'], except: ['b'] }),
      clients.anyOf({}),
      clients.caller,
      clients.others,
      clients.othersInGroup('g'),
    ];
    for (const receiver of chosen) await receiver.message('hi');
    expect(messenger.sent.map(({ target }) => target)).toEqual([
      { kind: 'all' },
      { kind: 'all', except: new Set(['a']) },
      { kind: 'connections', ids: ['a'] },
      { kind: 'connections', ids: ['a', 'b'] },
      { kind: 'groups', names: ['g'] },
      { kind: 'groups', names: ['g', 'h'] },
      { kind: 'groups', names: ['g'], except: new Set(['a']) },
      { kind: 'users', users: ['u'] },
      { kind: 'users', users: ['u', 'v'] },
      { kind: 'any', names: ['g'], users: ['u'], ids: ['a'], except: new Set(['b']) },
      { kind: 'any', names: [], users: [], ids: [], except: new Set() },
      { kind: 'connections', ids: ['me'] },
      { kind: 'all', except: new Set(['me']) },
      { kind: 'groups', names: ['g'], except: new Set(['me']) },
    ]);
    for (const { message } of messenger.sent)
      expect(message).toEqual({ type: 1, target: 'message', arguments: ['hi'] });
  });

  it('calls callbacks of any name, the reserved ones through send', async () => {
    const messenger = new RecordingMessenger();
    const receiver = new Receivers<Record<string, (...args: unknown[]) => unknown>>(messenger).all;
    await receiver.send('then', 1);
    await receiver.send('send', 2);
    await receiver.constructor?.(3);
    await Reflect.get(receiver, '__proto__')(4);
    expect(messenger.sent.map(({ message }) => [message.target, ...message.arguments])).toEqual([
      ['then', 1],
      ['send', 2],
      ['constructor', 3],
      ['__proto__', 4],
    ]);
  });

  it('can be awaited and inspected without calling anything', async () => {
    const messenger = new RecordingMessenger();
    const { all } = new Receivers<Client>(messenger);
    expect(await all).toBe(all);
    const question = all.ask();
    expect(await question).toBe(question);
    expect((all as unknown as Record<symbol, unknown>)[Symbol.toPrimitive]).toBeUndefined();
    expect((all as unknown as Record<symbol, unknown>)[Symbol.asyncIterator]).toBeUndefined();
    expect(messenger.sent).toEqual([]);
    expect(messenger.asked).toEqual([]);
  });

  it('cannot be changed', () => {
    const { all } = new Receivers<Client>(new RecordingMessenger());
    expect(() => Object.assign(all, { send: 1 })).toThrow(TypeError);
  });

  it('sends with options of its own, the rest as the hub has it', async () => {
    const messenger = new RecordingMessenger();
    const { all } = new Receivers<Client>(messenger);
    const prices = all.with({ policy: 'latest', key: 'AAPL' });
    await all.message('plain');
    await prices.message('keyed');
    await prices.with({ policy: 'wait', waitMs: 5, compress: false }).send('message', 'waited for');
    expect(messenger.rules).toEqual([
      messenger.sendRule,
      { policy: 'latest', key: 'AAPL', waitMs: 10_000, compress: true, urgent: false },
      { policy: 'wait', key: 'AAPL', waitMs: 5, compress: false, urgent: false },
    ]);
  });

  it('asks one, or everybody', async () => {
    const messenger = new RecordingMessenger();
    const clients = new Receivers<Client>(messenger);
    expect(await clients.client('a').ask({ timeoutMs: 5 }).question('?')).toBe(7);
    expect(await clients.group('g').ask().question('?')).toEqual([]);
    expect(messenger.asked).toEqual([
      ['one', 'a', 'question', ['?'], { timeoutMs: 5 }],
      ['all', { kind: 'groups', names: ['g'] }, 'question', ['?'], {}],
    ]);
  });

  it('rejects instead of throwing when a message cannot be sent', async () => {
    const messenger = new RecordingMessenger();
    messenger.failure = new MinihubError('MH_PROTO_UNENCODABLE', 'no');
    const clients = new Receivers<Client>(messenger, () => {
      throw new Error('not now');
    });
    const promise = clients.all.message('x');
    await expect(promise).rejects.toBe(messenger.failure);
    const question = clients.client('a').ask().question('x');
    await expect(question).rejects.toThrow('not now');
    expect(messenger.asked).toEqual([]);
  });
});
