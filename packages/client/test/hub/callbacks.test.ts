import { createHook } from 'node:async_hooks';
import { type HubMessage, type InvocationMessage, MessageType } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';
import { Callbacks } from '../../src/hub/callbacks.ts';

const told: InvocationMessage = { type: MessageType.Invocation, target: 'Told', arguments: ['text'] };

type Settle = (value: unknown) => void;

function listening(): { readonly callbacks: Callbacks; readonly reported: unknown[]; run(): HubMessage[] } {
  const reported: unknown[] = [];
  const callbacks = new Callbacks((error, { stage }) => reported.push([stage, error]));
  const run = (): HubMessage[] => {
    const answers: HubMessage[] = [];
    callbacks.run(told, (completion) => answers.push(completion));
    return answers;
  };
  return { callbacks, reported, run };
}

describe('callbacks that nobody waits for', () => {
  it('make no promise when their handler gives none', () => {
    const { callbacks, run } = listening();
    const heard: unknown[] = [];
    callbacks.add('told', (text) => heard.push(text));
    let promises = 0;
    const hook = createHook({
      init: (_id, type) => {
        if (type === 'PROMISE') promises++;
      },
    }).enable();
    for (let i = 0; i < 100; i++) run();
    hook.disable();
    expect(heard).toHaveLength(100);
    expect(promises).toBe(0);
  });

  it('report what a handler throws or rejects with, and run the others', async () => {
    const { callbacks, reported, run } = listening();
    const heard: unknown[] = [];
    callbacks.add('told', () => {
      throw new Error('thrown');
    });
    callbacks.add('told', () => Promise.reject(new Error('rejected')));
    callbacks.add('told', () =>
      Object.defineProperty({}, 'then', {
        get: () => {
          throw new Error('no thenable');
        },
      }),
    );
    callbacks.add('told', (text) => heard.push(text));
    expect(run()).toEqual([]);
    expect(heard).toEqual(['text']);
    await new Promise(setImmediate);
    expect(reported).toEqual([
      ['callback Told', new Error('thrown')],
      ['callback Told', new Error('rejected')],
      ['callback Told', new Error('no thenable')],
    ]);
  });

  const failed = new Error('failed');
  it.each<[string, (resolve: Settle, reject: Settle) => void, unknown[]]>([
    ['resolves at once', (resolve) => resolve('value'), []],
    ['resolves with a promise that rejects', (resolve) => resolve(Promise.reject(failed)), [failed]],
    ['rejects at once', (_resolve, reject) => reject(failed), [failed]],
    [
      'rejects twice',
      (_resolve, reject) => {
        reject(failed);
        reject(new Error('again'));
      },
      [failed],
    ],
    [
      'rejects and throws',
      (_resolve, reject) => {
        reject(failed);
        throw new Error('again');
      },
      [failed],
    ],
  ])('report what a foreign promise that %s failed with, once and after the others', async (_, settle, errors) => {
    const { callbacks, reported, run } = listening();
    // A getter: an object literal with a function of this name is taken for a mistake.
    callbacks.add('told', () => Object.defineProperty({}, 'then', { get: () => settle }));
    callbacks.add('told', () => expect(reported).toEqual([]));
    run();
    expect(reported).toEqual([]);
    await new Promise(setImmediate);
    expect(reported).toEqual(errors.map((error) => ['callback Told', error]));
  });
});
