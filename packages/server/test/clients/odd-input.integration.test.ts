import { createMessagePackCodec, type HubMessage, MessageType } from '@minihub/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opcodes, TcpClient, toFrame } from '../raw/support/tcp-client.ts';
import { trapFaults } from '../support/fault-trap.ts';
import { Neighbour } from '../support/neighbour.ts';
import { handshake, RawClient, records } from '../support/raw-client.ts';
import { type RunningServer, startServer } from '../support/start-server.ts';
import { createClientHub, createHubEvents, type HubEvents } from './client-hub.ts';

const messagePack = createMessagePackCodec();
const add = (id: string, a: number, b: number): object => ({
  type: 1,
  invocationId: id,
  target: 'add',
  arguments: [a, b],
});

// What official clients never do, and what the protocol allows all the same.
describe('a hub that is talked to oddly', () => {
  trapFaults();

  let server: RunningServer;
  let neighbour: Neighbour;
  let events: HubEvents;

  beforeEach(async () => {
    events = createHubEvents();
    server = await startServer((hubs) => hubs.map('/hub', createClientHub(events)));
    neighbour = await Neighbour.moveIn(server);
  });

  afterEach(async () => {
    await neighbour.hasNotNoticed();
    await neighbour[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const connect = (): Promise<RawClient> => RawClient.connect(server.wsUrl('/hub'));

  it('takes the handshake in messages of one byte', async () => {
    const client = await RawClient.open(server.wsUrl('/hub'));
    for (const letter of handshake()) client.text(letter);
    expect(await client.next()).toEqual({});
    expect(await client.invoke('add', 1, 2)).toMatchObject({ result: 3 });
    await client.close();
  });

  it('takes the frames in TCP segments of one byte', async () => {
    const client = await TcpClient.open(server.port, '/hub');
    const bytes = Buffer.concat([toFrame(opcodes.text, handshake()), toFrame(opcodes.text, records(add('1', 1, 2)))]);
    for (const byte of bytes) {
      client.write(Uint8Array.of(byte));
      // A turn of the loop each, so that they leave one by one.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await client.nextFrame()).payload.toString()).toBe(records({}));
    expect((await client.nextFrame()).payload.toString()).toBe(records({ type: 3, invocationId: '1', result: 3 }));
    client.socket.destroy();
  });

  it('answers any number of pings that come at once, WebSocket pings and those of the hub', async () => {
    const client = await TcpClient.open(server.port, '/hub');
    client.write(toFrame(opcodes.text, handshake()));
    await client.nextFrame();
    const payloads = Array.from({ length: 500 }, (_, n) => `ping ${n}`);
    const hubPing = toFrame(opcodes.text, records({ type: 6 }));
    client.write(...payloads.flatMap((payload) => [toFrame(opcodes.ping, payload), hubPing]));
    for (const payload of payloads) {
      const { opcode, payload: answer } = await client.nextFrame();
      expect([opcode, answer.toString()]).toEqual([opcodes.pong, payload]);
    }
    client.write(toFrame(opcodes.text, records(add('1', 1, 2))));
    expect((await client.nextFrame()).payload.toString()).toBe(records({ type: 3, invocationId: '1', result: 3 }));
    client.socket.destroy();
  });

  it('owes a client that reads nothing one pong more than those of one read, and remembers no more of them', async () => {
    const client = await TcpClient.open(server.port, '/hub');
    client.write(toFrame(opcodes.text, handshake()));
    await client.nextFrame();
    client.socket.pause();
    const ours = [...server.sockets].at(-1);
    const payload = 'x'.repeat(125);
    const pings = Buffer.concat(Array.from({ length: 2_000 }, () => toFrame(opcodes.ping, payload)));
    while ((ours?.writableLength ?? 0) === 0) {
      client.write(pings);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (let n = 0; n < 10; n++) client.write(pings);
    client.write(toFrame(opcodes.ping, 'the last'));
    const sent = client.socket.bytesWritten;
    await expect.poll(() => ours?.bytesRead).toBeGreaterThanOrEqual(sent);
    expect(ours?.writableLength).toBeLessThan(66_000);
    client.socket.resume();
    for (let pong = ''; pong !== 'the last'; ) pong = (await client.nextFrame()).payload.toString();
    client.socket.destroy();
  });

  it('takes the handshake and messages in one frame, and answers the handshake in a frame of its own', async () => {
    const client = await RawClient.open(server.wsUrl('/hub'));
    client.text(handshake() + records(add('1', 1, 2), add('2', 3, 4)));
    expect((await client.frames.next()).data.toString()).toBe(records({}));
    const answers = [
      { type: 3, invocationId: '1', result: 3 },
      { type: 3, invocationId: '2', result: 7 },
    ];
    expect((await client.frames.next()).data.toString()).toBe(records(...answers));
    await client.close();
  });

  it('takes a handshake with its members in another order, and with more of them', async () => {
    const client = await RawClient.open(server.wsUrl('/hub'));
    client.send({ future: { a: [] }, version: 2, protocol: 'json' });
    expect(await client.next()).toEqual({});
    await client.close();
  });

  it('takes text and binary frames for either protocol, also within one message', async () => {
    const client = await RawClient.open(server.wsUrl('/hub'));
    client.bytes(Buffer.from(handshake()));
    expect(await client.next()).toEqual({});
    const whole = Buffer.from(records(add('1', 1, 2)));
    client.bytes(whole.subarray(0, 9));
    client.text(whole.subarray(9).toString());
    expect(await client.next()).toMatchObject({ result: 3 });
    const { isBinary } = await client.frames.next();
    expect(isBinary).toBe(false);
    await client.close();
  });

  it('takes a message in many frames, cut inside of a character', async () => {
    const client = await connect();
    const bytes = Buffer.from(records({ type: 1, invocationId: '1', target: 'echo', arguments: ['你好 👩‍👩‍👧‍👦'] }));
    for (const byte of bytes) client.bytes(Uint8Array.of(byte));
    expect(await client.next()).toEqual({ type: 3, invocationId: '1', result: '你好 👩‍👩‍👧‍👦' });
    await client.close();
  });

  it('skips unknown message types and unknown members', async () => {
    const client = await connect();
    client.send(
      { type: 99, anything: [1] },
      { type: -1 },
      { type: 6, future: true },
      { ...add('1', 1, 2), future: { a: null }, headers: { traceparent: 'x' } },
    );
    expect(await client.next()).toEqual({ type: 3, invocationId: '1', result: 3 });
    await client.close();
  });

  it('ignores items, completions and cancels for ids that it does not know', async () => {
    const client = await connect();
    client.send(
      { type: 2, invocationId: 'x', item: 1 },
      { type: 3, invocationId: 'x' },
      { type: 3, invocationId: 's1', result: 'an answer to nothing' },
      { type: 5, invocationId: 'x' },
      { type: 8, sequenceId: 5 },
      { type: 9, sequenceId: 5 },
      add('1', 1, 2),
    );
    expect(await client.next()).toEqual({ type: 3, invocationId: '1', result: 3 });
    await client.close();
  });

  it('never answers what has no invocation id', async () => {
    const client = await connect();
    client.send(
      { type: 1, target: 'add', arguments: [1, 2] },
      { type: 1, target: 'nope', arguments: [] },
      { type: 1, target: 'add', arguments: ['x'] },
      { type: 1, target: 'fail', arguments: [] },
      add('1', 1, 2),
    );
    expect(await client.next()).toEqual({ type: 3, invocationId: '1', result: 3 });
    await client.close();
  });

  it('refuses an invocation id that is in use, and goes on', async () => {
    const client = await connect();
    client.send({ type: 1, invocationId: 'a', target: 'hang', arguments: [] });
    await events.hanging.next();
    client.send(add('a', 1, 2));
    expect(await client.next()).toEqual({
      type: 3,
      invocationId: 'a',
      error: "Invocation ID 'a' is already in use.",
    });
    await client.close();
  });

  it.each([
    ['twice', ['u', 'u'], 'u'],
    ['as that of the invocation', ['i', 'v'], 'i'],
  ])('refuses a stream id that is used %s', async (_, streamIds, id) => {
    const client = await connect();
    client.send({ type: 1, invocationId: 'i', target: 'join2', arguments: ['-'], streamIds });
    const error = `Invocation ID '${id}' is already in use.`;
    expect(await client.next()).toEqual({ type: 3, invocationId: 'i', error });
    await client.close();
  });

  it('cancels a stream in the chunk that starts it', async () => {
    const client = await connect();
    client.send({ type: 4, invocationId: 's', target: 'forever', arguments: [] }, { type: 5, invocationId: 's' });
    // Items may still come; the completion is the last.
    let message = await client.next();
    while (message.type === 2) message = await client.next();
    expect(message).toEqual({ type: 3, invocationId: 's' });
    client.send(add('1', 1, 2));
    expect(await client.next()).toMatchObject({ invocationId: '1' });
    await client.close();
  });

  it('cancels a plain method, which still completes', async () => {
    const client = await connect();
    client.send({ type: 1, invocationId: 'h', target: 'hang', arguments: [] });
    await events.hanging.next();
    client.send({ type: 5, invocationId: 'h' });
    expect(await client.next()).toEqual({ type: 3, invocationId: 'h' });
    await client.close();
  });

  it('cancels a stream while a slow method runs', async () => {
    const client = await connect();
    client.send({ type: 4, invocationId: 's', target: 'forever', arguments: [] });
    expect(await client.next()).toMatchObject({ type: 2, item: 'first' });
    client.send({ type: 1, invocationId: 'h', target: 'hang', arguments: [] }, { type: 5, invocationId: 's' });
    expect(await client.next()).toEqual({ type: 3, invocationId: 's' });
    await events.streamsEnded.next();
    await client.close();
  });

  it('takes an answer only from the connection that was asked', async () => {
    const [asked, other] = [await connect(), await connect()];
    asked.send({ type: 1, invocationId: 'a', target: 'askMe', arguments: ['who?'] });
    const question = await asked.next();
    expect(question).toEqual({ type: 1, invocationId: 's1', target: 'question', arguments: ['who?'] });
    other.send({ type: 3, invocationId: 's1', result: 'me!' }, add('1', 1, 2));
    expect(await other.next()).toMatchObject({ invocationId: '1', result: 3 });
    asked.send({ type: 3, invocationId: 's1', result: 'it is I' });
    expect(await asked.next()).toEqual({ type: 3, invocationId: 'a', result: 'it is I' });
    await Promise.all([asked.close(), other.close()]);
  });

  it('takes the end of an upload for that, though it has the id of a question', async () => {
    const client = await connect();
    client.send({ type: 1, invocationId: 'a', target: 'askMe', arguments: ['who?'] });
    expect(await client.next()).toMatchObject({ invocationId: 's1', target: 'question' });
    client.send(
      { type: 1, invocationId: 'b', target: 'sum', arguments: [], streamIds: ['s1'] },
      { type: 2, invocationId: 's1', item: 5 },
      { type: 3, invocationId: 's1' },
    );
    expect(await client.next()).toEqual({ type: 3, invocationId: 'b', result: 5 });
    client.send({ type: 3, invocationId: 's1', result: 'it is I' });
    expect(await client.next()).toEqual({ type: 3, invocationId: 'a', result: 'it is I' });
    await client.close();
  });

  it('takes the id of an upload again that has ended before its method', async () => {
    const client = await connect();
    client.send(
      { type: 1, invocationId: 'a', target: 'join2', arguments: ['-'], streamIds: ['u', 'v'] },
      { type: 3, invocationId: 'u' },
      { type: 1, invocationId: 'b', target: 'sum', arguments: [], streamIds: ['u'] },
      { type: 2, invocationId: 'u', item: 2 },
      { type: 3, invocationId: 'v' },
    );
    expect(await client.next()).toEqual({ type: 3, invocationId: 'a', result: '-' });
    client.send({ type: 2, invocationId: 'u', item: 3 }, { type: 3, invocationId: 'u' });
    expect(await client.next()).toEqual({ type: 3, invocationId: 'b', result: 5 });
    await client.close();
  });

  describe('in MessagePack', () => {
    const encode = (message: HubMessage): Buffer => Buffer.from(messagePack.encode(message) as Uint8Array);

    async function connectBinary(): Promise<RawClient> {
      const client = await RawClient.open(server.wsUrl('/hub'));
      client.text(handshake('messagepack'));
      const response = await client.frames.next();
      expect(response).toEqual({ data: Buffer.from(records({})), isBinary: true });
      return client;
    }

    async function nextOf(client: RawClient): Promise<HubMessage | undefined> {
      const decoder = messagePack.createDecoder();
      const { data, isBinary } = await client.frames.next();
      expect(isBinary).toBe(true);
      decoder.push(data);
      const message = decoder.next();
      expect(decoder.next()).toBe(undefined);
      decoder.end();
      return message;
    }

    const invocation: HubMessage = {
      type: MessageType.Invocation,
      invocationId: '1',
      target: 'echo',
      arguments: [{ text: '你好', bytes: Uint8Array.of(1, 2, 3) }],
    };

    it('takes messages that are split over frames, at every byte', async () => {
      const client = await connectBinary();
      for (const byte of encode(invocation)) client.bytes(Uint8Array.of(byte));
      const answer = await nextOf(client);
      expect(answer).toMatchObject({ type: MessageType.Completion, invocationId: '1', result: { text: '你好' } });
      await client.close();
    });

    it('takes several messages and a part of the next in one frame', async () => {
      const client = await connectBinary();
      const one = encode({ ...invocation, arguments: [1] });
      const two = encode({ ...invocation, invocationId: '2', arguments: [2] });
      client.bytes(Buffer.concat([encode({ type: MessageType.Ping }), one, two.subarray(0, 5)]));
      expect(await nextOf(client)).toMatchObject({ invocationId: '1', result: 1 });
      client.bytes(two.subarray(5));
      expect(await nextOf(client)).toMatchObject({ invocationId: '2', result: 2 });
      await client.close();
    });
  });
});
