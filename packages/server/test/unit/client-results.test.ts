import { getEventListeners } from 'node:events';
import { type CompletionMessage, MessageType } from '@minihub/protocol';
import type { AskOptions } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { ClientResults } from '../../src/dispatch/client-results.ts';
import { Deadlines } from '../../src/dispatch/deadlines.ts';
import { FakeClock } from '../support/fake-clock.ts';

function createResults() {
  const clock = new FakeClock();
  const results = new ClientResults('c1', new Deadlines(clock));
  const ids: string[] = [];
  const ask = (options: AskOptions = {}) => results.ask((id) => ids.push(id), options);
  const answer = (invocationId: string, rest: Partial<CompletionMessage> = {}) =>
    results.complete({ type: MessageType.Completion, invocationId, ...rest });
  return { clock, results, ids, ask, answer };
}

describe('ClientResults', () => {
  it('gives each question an id of its own and each answer to its question', async () => {
    const { ask, answer, ids, clock } = createResults();
    const questions = [ask(), ask(), ask()];
    expect(ids).toEqual(['s1', 's2', 's3']);
    expect(answer('s2', { result: 'two' })).toBe(true);
    expect(answer('s1', { result: null })).toBe(true);
    expect(answer('s3')).toBe(true);
    expect(await Promise.all(questions)).toEqual([null, 'two', undefined]);
    expect(clock.pending).toBe(0);
  });

  it('does not take what nobody asked for, nor a second answer', async () => {
    const { ask, answer } = createResults();
    expect(answer('s1')).toBe(false);
    const question = ask();
    expect(answer('__proto__')).toBe(false);
    answer('s1', { result: 1 });
    expect(answer('s1', { result: 2 })).toBe(false);
    expect(await question).toBe(1);
  });

  it('rejects with the error of the client, an empty one too', async () => {
    const { ask, answer } = createResults();
    for (const error of ['Error: no', '']) {
      const question = ask();
      answer(error === '' ? 's2' : 's1', { error });
      await expect(question).rejects.toMatchObject({ code: 'MH_SERVER_ASK_FAILED', message: error });
    }
  });

  it('gives up at the deadline, 30 s when nothing else is said', async () => {
    const { ask, answer, clock } = createResults();
    const short = ask({ timeoutMs: 5 });
    const usual = ask();
    clock.advance(5);
    await expect(short).rejects.toMatchObject({ code: 'MH_SERVER_ASK_TIMEOUT' });
    clock.advance(29_994);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    await expect(usual).rejects.toMatchObject({ code: 'MH_SERVER_ASK_TIMEOUT' });
    expect(answer('s1')).toBe(false);
    ask({ timeoutMs: 0 }).catch(() => {});
    expect(clock.pending).toBe(0);
  });

  it('stops waiting when its signal is aborted, and lets go of the signal', async () => {
    const { ask, answer, ids, clock } = createResults();
    const abort = new AbortController();
    const question = ask({ signal: abort.signal });
    abort.abort();
    await expect(question).rejects.toMatchObject({ code: 'MH_SERVER_ASK_CANCELED' });
    await expect(ask({ signal: abort.signal })).rejects.toMatchObject({ code: 'MH_SERVER_ASK_CANCELED' });
    expect(ids).toEqual(['s1']);
    expect(answer('s1')).toBe(false);
    const other = new AbortController();
    const answered = ask({ signal: other.signal });
    expect(getEventListeners(other.signal, 'abort')).toHaveLength(1);
    answer('s2', { result: 'yes' });
    other.abort();
    expect(await answered).toBe('yes');
    expect(getEventListeners(other.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  it('rejects all questions when the connection ends, and later ones at once', async () => {
    const { ask, results, ids, clock } = createResults();
    const questions = [ask(), ask()];
    results.end();
    const lost = { code: 'MH_SERVER_CONNECTION_LOST', message: "Connection 'c1' disconnected." };
    for (const question of [...questions, ask()]) await expect(question).rejects.toMatchObject(lost);
    expect(ids).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('forgets a question that could not be sent', async () => {
    const { results, clock } = createResults();
    const failing = results.ask(() => {
      throw new Error('unencodable');
    }, {});
    await expect(failing).rejects.toThrow('unencodable');
    expect(clock.pending).toBe(0);
    expect(results.complete({ type: MessageType.Completion, invocationId: 's1' })).toBe(false);
  });
});
