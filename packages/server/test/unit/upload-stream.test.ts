import type { StandardSchema } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UploadRoom } from '../../src/dispatch/upload-room.ts';
import { UploadStream } from '../../src/dispatch/upload-stream.ts';
import { createDeferred } from '../support/deferred.ts';
import { turns } from '../support/turn.ts';

function createStream(capacity = 2, schema: StandardSchema = z.number() as StandardSchema, maxBytes = 0) {
  let rooms = 0;
  const room = new UploadRoom(maxBytes, () => {
    rooms++;
  });
  const create = () => new UploadStream(schema, capacity, room);
  return { stream: create(), rooms: () => rooms, room, create };
}

const value = (item: unknown) => ({ done: false, value: item });
const over = { done: true, value: undefined };

describe('UploadStream', () => {
  it('gives items to readers in order, whoever comes first', async () => {
    const { stream } = createStream();
    const first = stream.next();
    const second = stream.next();
    for (const item of [1, 2, 3]) stream.push(item);
    stream.complete();
    expect(await Promise.all([first, second, stream.next(), stream.next()])).toEqual([
      value(1),
      value(2),
      value(3),
      over,
    ]);
  });

  it('is full with one more than its capacity, and says so when there is room again', async () => {
    const { stream, rooms } = createStream(2);
    stream.push(1);
    stream.push(2);
    expect(stream.isFull).toBe(false);
    stream.push(3);
    expect(stream.isFull).toBe(true);
    await stream.next();
    expect([stream.isFull, rooms()]).toEqual([false, 1]);
    await stream.next();
    expect(rooms()).toBe(1);
  });

  it('shares room in memory with the other streams of the client, and gives it back', async () => {
    const { stream, rooms, room, create } = createStream(10, z.any() as StandardSchema, 3_000);
    const [second, third] = [create(), create()];
    stream.push('x'.repeat(1_000));
    second.push('x'.repeat(1_000));
    expect(room.isFull).toBe(false);
    third.push('x'.repeat(1_000));
    expect([room.isFull, stream.isFull, third.isFull]).toEqual([true, false, false]);
    await second.next();
    expect([room.isFull, rooms()]).toEqual([false, 1]);
    second.push('x'.repeat(1_000));
    third.complete();
    expect(room.isFull).toBe(true);
    third.discard();
    expect([room.isFull, rooms()]).toEqual([false, 2]);
    // Who reads already takes no room.
    const read = third.next();
    await expect(read).resolves.toEqual(over);
    stream.discard();
    const reading = second.next().then(() => second.next());
    await turns();
    second.push('x'.repeat(10_000));
    expect(room.isFull).toBe(false);
    await reading;
    for (let i = 0; i < 3; i++) second.push('x'.repeat(983));
    expect(room.isFull).toBe(false);
    second.push('');
    expect(room.isFull).toBe(true);
  });

  it('gives the room of all its items back when one of them is no good', async () => {
    const { stream, rooms, room } = createStream(10, z.number() as StandardSchema, 3_000);
    for (let i = 0; i < 3; i++) stream.push('x'.repeat(1_000));
    expect(room.isFull).toBe(true);
    await expect(stream.next()).rejects.toMatchObject({ code: 'MH_SERVER_UPLOAD_FAILED' });
    expect(room.isFull).toBe(false);
    expect(rooms()).toBe(1);
  });

  it('gives what came before a failure, then the error, to all who read on', async () => {
    const { stream } = createStream();
    const error = new Error('cut');
    stream.push(1);
    stream.fail(error);
    stream.push(2);
    stream.complete();
    expect(await stream.next()).toEqual(value(1));
    await expect(stream.next()).rejects.toBe(error);
    await expect(stream.next()).rejects.toBe(error);
  });

  it('fails readers that wait, and ends them', async () => {
    const failing = createStream().stream;
    const waiting = failing.next();
    failing.fail(new Error('cut'));
    await expect(waiting).rejects.toThrow('cut');
    const ending = createStream().stream;
    const reader = ending.next();
    ending.complete();
    expect(await reader).toEqual(over);
  });

  it('fails with an item that does not fit, and drops the rest', async () => {
    const { stream } = createStream(5);
    for (const item of [1, 'two', 3]) stream.push(item);
    expect(await stream.next()).toEqual(value(1));
    const refused = expect.objectContaining({
      code: 'MH_SERVER_UPLOAD_FAILED',
      message: 'Failed to bind Stream message.',
    });
    await expect(stream.next()).rejects.toEqual(refused);
    await expect(stream.next()).rejects.toEqual(refused);
  });

  it('drops everything once nobody reads, and gives room', async () => {
    const { stream, rooms } = createStream(1);
    stream.push(1);
    stream.push(2);
    expect(await stream.return()).toEqual(over);
    expect(rooms()).toBe(1);
    stream.push(3);
    expect(await stream.next()).toEqual(over);
  });

  it('ends its loop when the reader breaks out of it', async () => {
    const { stream } = createStream(5);
    for (const item of [1, 2, 3]) stream.push(item);
    for await (const item of stream) if (item === 2) break;
    expect(await stream.next()).toEqual(over);
  });

  // With a validator that takes its time the buffer fills up behind the item that fails; nobody read on.
  it('gives room when it fails while full', async () => {
    const verdict = createDeferred();
    const slow: StandardSchema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async () => {
          await verdict.promise;
          return { issues: [{ message: 'no' }] };
        },
      },
    };
    const { stream, rooms } = createStream(1, slow);
    stream.push(1);
    const reading = stream.next();
    stream.push(2);
    stream.push(3);
    expect(stream.isFull).toBe(true);
    verdict.resolve();
    await expect(reading).rejects.toMatchObject({ code: 'MH_SERVER_UPLOAD_FAILED' });
    await turns(1);
    expect([stream.isFull, rooms()]).toEqual([false, 1]);
  });
});
