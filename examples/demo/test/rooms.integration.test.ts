import { type HubConnection, HubConnectionBuilder, LogLevel, Subject } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { startFakeWechat } from '@minihub/wechat/testing';
import { describe, expect, it } from 'vitest';
import { type RunningDemo, startDemo } from '../src/demo-server.ts';
import { defaultName } from '../src/rooms/default-name.ts';
import type { RoomMessage } from '../src/rooms/room-history.ts';
import { roomLimits } from '../src/rooms/room-limits.ts';
import type { Entered, Guest, RoomRow } from '../src/rooms/rooms-hub.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
);

class Phone implements AsyncDisposable {
  readonly hub: HubConnection;
  readonly messages: RoomMessage[] = [];
  readonly typing: string[] = [];
  guests: readonly Guest[] = [];

  constructor(demo: RunningDemo, device: string, token = '') {
    const query = device === '' ? '' : `?device=${device}`;
    this.hub = new HubConnectionBuilder()
      .withUrl(`http://127.0.0.1:${demo.port}/rooms${query}`, { accessTokenFactory: () => token })
      .withHubProtocol(new MessagePackHubProtocol())
      .configureLogging(LogLevel.None)
      .build();
    this.hub.on('message', (message: RoomMessage) => this.messages.push(message));
    this.hub.on('typing', (_room: string, guest: Guest) => this.typing.push(guest.name));
    this.hub.on('guests', (_room: string, guests: Guest[]) => {
      this.guests = guests;
    });
  }

  static async open(demo: RunningDemo, device: string): Promise<Phone> {
    const phone = new Phone(demo, device);
    await phone.hub.start();
    return phone;
  }

  enter(room: string, have?: { epoch: string; afterId: number }): Promise<Entered> {
    return this.hub.invoke<Entered>('enter', room, ...(have === undefined ? [] : [have]));
  }

  show(room: string, name: string, bytes: Uint8Array): Promise<RoomMessage> {
    const chunks = new Subject<Uint8Array>();
    const shown = this.hub.invoke<RoomMessage>('show', room, name, chunks);
    for (let at = 0; at < bytes.length; at += roomLimits.chunkBytes) {
      chunks.next(bytes.subarray(at, at + roomLimits.chunkBytes));
    }
    chunks.complete();
    return shown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub.stop();
  }
}

const start = (): Promise<RunningDemo> => startDemo({ port: 0, host: '127.0.0.1' });

describe('/rooms', () => {
  it('lists rooms with who is there and what was said last', async () => {
    await using demo = await start();
    await using ada = await Phone.open(demo, 'device-ada');
    await ada.hub.invoke('setName', '阿达');
    await ada.enter('tea');
    await ada.hub.invoke('say', 'tea', ' 你好 👋 ', 'c1');
    const rows = await ada.hub.invoke<RoomRow[]>('rooms');
    expect(rows.find(({ id }) => id === 'tea')).toMatchObject({ count: 1, lastId: 1, last: { text: '你好 👋' } });
    expect(rows.find(({ id }) => id === 'lobby')).toMatchObject({ count: 0, lastId: 0, last: null });
  });

  it('gives back what was missed, and says when something is missing', async () => {
    await using demo = await start();
    await using ada = await Phone.open(demo, 'device-ada');
    await using bob = await Phone.open(demo, 'device-bob');
    const { epoch } = await ada.enter('lobby');
    await bob.enter('lobby');
    await ada.hub.invoke('leave', 'lobby');
    for (let n = 1; n <= 3; n++) await bob.hub.invoke('say', 'lobby', `missed ${n}`, `c${n}`);
    const missed = await ada.enter('lobby', { epoch, afterId: 1 });
    expect(missed.messages.map(({ text }) => text)).toEqual(['missed 2', 'missed 3']);
    expect(missed.isGap).toBe(false);
    expect((await ada.enter('lobby', { epoch: 'of a server before', afterId: 1 })).isGap).toBe(true);
    for (let n = 4; n <= roomLimits.pageMessages + 4; n++) await bob.hub.invoke('say', 'lobby', `${n}`, `c${n}`);
    const many = await ada.enter('lobby', { epoch, afterId: 3 });
    expect(many.messages).toHaveLength(roomLimits.pageMessages);
    expect(many.isGap).toBe(true);
  });

  it('takes a message that is sent twice once', async () => {
    await using demo = await start();
    await using ada = await Phone.open(demo, 'device-ada');
    await ada.enter('lobby');
    const first = await ada.hub.invoke<RoomMessage>('say', 'lobby', 'once', 'same');
    const second = await ada.hub.invoke<RoomMessage>('say', 'lobby', 'once', 'same');
    expect(second).toEqual(first);
    expect(ada.messages).toHaveLength(1);
  });

  it('shows who comes, goes and types; two devices of one user are one guest', async () => {
    await using demo = await start();
    await using ada = await Phone.open(demo, 'device-ada');
    await using desk = await Phone.open(demo, 'device-ada');
    const bob = await Phone.open(demo, 'device-bob');
    await ada.enter('lobby');
    await desk.enter('lobby');
    await bob.enter('lobby');
    await expect.poll(() => ada.guests.map(({ user }) => user)).toEqual(['device:device-ada', 'device:device-bob']);
    await bob.hub.invoke('typing', 'lobby');
    await expect.poll(() => ada.typing).toEqual([defaultName('device:device-bob')]);
    await bob.hub.stop();
    await expect.poll(() => ada.guests).toHaveLength(1);
  });

  it('carries pictures both ways in pieces, and nothing that is no picture', async () => {
    await using demo = await start();
    await using ada = await Phone.open(demo, 'device-ada');
    await ada.enter('lobby');
    const picture = Buffer.concat([png, Buffer.alloc(100_000, 7)]);
    const { image } = await ada.show('lobby', 'p1', picture);
    expect(image).toMatchObject({ type: 'image/png', bytes: picture.length });
    const pieces: Uint8Array[] = [];
    await new Promise<void>((complete, error) => {
      ada.hub
        .stream<Uint8Array>('image', image?.id)
        .subscribe({ next: (piece) => pieces.push(piece), complete, error });
    });
    expect(Buffer.concat(pieces).equals(picture)).toBe(true);
    expect(pieces.every(({ length }) => length <= roomLimits.chunkBytes)).toBe(true);
    await expect(ada.show('lobby', 'p2', Buffer.from('<svg>'))).rejects.toThrow('That is no picture');
    await expect(ada.show('lobby', 'p3', Buffer.alloc(roomLimits.imageBytes + 1))).rejects.toThrow('at most');
  });

  it.each([
    ['say', ['nowhere', 'hi', 'c'], 'There is no such room.'],
    ['say', ['tea', 'hi', 'c'], 'Enter the room first.'],
    ['say', ['lobby', '  ', 'c'], 'A message must not be empty.'],
    ['enter', ['__proto__'], 'There is no such room.'],
    ['setName', ['a\nb'], 'A name must be one line'],
  ])('refuses %s%j and says why', async (name, args, reason) => {
    await using demo = await start();
    await using ada = await Phone.open(demo, 'device-ada');
    await ada.enter('lobby');
    await expect(ada.hub.invoke(name, ...args)).rejects.toThrow(reason);
  });

  it('lets no device in that does not say which it is', async () => {
    await using demo = await start();
    for (const device of ['', 'short', 'with space']) await expect(Phone.open(demo, device)).rejects.toThrow('401');
  });

  it('logs users in by WeChat, and has WeChat tell those who are away', async () => {
    await using wechat = await startFakeWechat({ templates: { tmpl: ['thing1', 'thing2', 'thing3'] } });
    const { appId, secret, baseUrl } = wechat;
    await using demo = await startDemo({
      port: 0,
      host: '127.0.0.1',
      wechat: { appId, secret, baseUrl, templateId: 'tmpl' },
    });
    const bob = new Phone(demo, '', `wx-code:${wechat.issueCode('bob')}`);
    await bob.hub.start();
    await bob.enter('tea');
    wechat.grant('bob', 'tmpl');
    await bob.hub.stop();
    await using ada = new Phone(demo, '', `wx-code:${wechat.issueCode('ada')}`);
    await ada.hub.start();
    await ada.enter('tea');
    await ada.hub.invoke('say', 'tea', 'Where are you?', 'c');
    await expect
      .poll(() => wechat.sent)
      .toMatchObject([
        { openid: 'bob', data: { thing1: '茶馆', thing3: 'Where are you?' }, page: 'pages/room/room?id=tea' },
      ]);
  });
});
