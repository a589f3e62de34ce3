import { describe, expect, it } from 'vitest';
import { loadFile } from './support/mini-program-files.ts';

interface Message {
  readonly id: number;
  readonly clientId: string;
  readonly from: { readonly user: string; readonly name: string };
  readonly text: string;
  readonly atMs: number;
  readonly image?: { readonly id: string };
}

interface Row {
  readonly key: string;
  readonly gap?: boolean;
  readonly text?: string;
  readonly mine?: boolean;
  readonly status?: string;
  readonly time?: string;
  readonly image?: object;
}

interface Room {
  readonly known: { readonly epoch: string; readonly afterId: number } | undefined;
  readonly last: Message | undefined;
  readonly typing: { [user: string]: { name: string } };
  sending: object[];
  readonly guests: object[];
  readonly count: number;
  enters(): void;
  entered(answer: object): number;
  notEntered(): void;
  setGuests(guests: object[]): void;
  update(row: object): void;
  add(message: Message): boolean;
  forgetIds(): void;
  rows(me: object | undefined, sources: object, nowMs: number): Row[];
  typists(): string[];
}

const { Room } = loadFile<{ Room: new (row: object) => Room }>('lib/room.js');
const [ada, bob] = [
  { user: 'ada', name: 'Ada' },
  { user: 'bob', name: 'Bob' },
];
const said = (id: number, from = bob, text = `text ${id}`): Message => {
  return { id, clientId: `c${id}`, from, text, atMs: id * 1000 };
};
const makeRoom = (): Room => new Room({ id: 'tea', name: { zh: '茶馆', en: 'Tea' }, count: 0, last: null });
const answer = (messages: Message[], more: object = {}): object => {
  return { guests: [], epoch: 'one', lastId: messages.at(-1)?.id ?? 0, messages, isGap: false, ...more };
};
const shown = (room: Room): (string | undefined)[] => room.rows(ada, {}, 0).map(({ gap, text }) => (gap ? '…' : text));

describe('a room', () => {
  it('shows what it enters with, and says how much of it is new', () => {
    const room = makeRoom();
    expect(room.entered(answer([said(1), said(2)]))).toBe(2);
    expect(room.entered(answer([said(2), said(3)]))).toBe(1);
    expect(shown(room)).toEqual(['text 1', 'text 2', 'text 3']);
    expect(room.known).toEqual({ epoch: 'one', afterId: 3 });
  });

  it('has a message once, however often it comes', () => {
    const room = makeRoom();
    room.entered(answer([said(1)]));
    expect([room.add(said(2)), room.add(said(2)), room.add(said(1))]).toEqual([true, false, false]);
    expect(shown(room)).toEqual(['text 1', 'text 2']);
    expect(room.known?.afterId).toBe(2);
    expect(room.last?.id).toBe(2);
  });

  it('has what came in one frame with the answer behind what the answer brings, once', () => {
    const room = makeRoom();
    room.enters();
    expect([room.add(said(2)), room.add(said(3)), room.add(said(3))]).toEqual([true, true, false]);
    expect(room.entered(answer([said(1), said(2)]))).toBe(1);
    expect(shown(room)).toEqual(['text 1', 'text 2', 'text 3']);
    expect([room.known, room.last?.id]).toEqual([{ epoch: 'one', afterId: 3 }, 3]);
  });

  it('has what came behind the gap, with the ids of a server that began anew', () => {
    const room = makeRoom();
    room.entered(answer([said(1, bob, 'old')]));
    room.enters();
    room.add({ ...said(2, bob, 'came'), clientId: 'd2' });
    room.forgetIds();
    room.entered(answer([{ ...said(1, bob, 'new'), clientId: 'd1' }], { epoch: 'two', isGap: true }));
    expect(shown(room)).toEqual(['old', '…', 'new', 'came']);
    expect(room.known).toEqual({ epoch: 'two', afterId: 2 });
  });

  it('loses nothing when it could not be entered, and waits for each of several answers', () => {
    const room = makeRoom();
    room.enters();
    room.enters();
    room.add(said(3));
    room.notEntered();
    expect(shown(room)).toEqual([]);
    room.entered(answer([said(1)]));
    expect(shown(room)).toEqual(['text 1', 'text 3']);
    room.enters();
    room.add(said(4));
    room.notEntered();
    expect(shown(room)).toEqual(['text 1', 'text 3', 'text 4']);
  });

  it('believes what it was told last of its guests, not an answer that was on its way', () => {
    const room = makeRoom();
    room.enters();
    room.setGuests([ada, bob]);
    room.entered(answer([], { guests: [ada] }));
    expect([room.guests, room.count]).toEqual([[ada, bob], 2]);
    room.update({ count: 1, last: null });
    expect(room.count).toBe(2);
    room.enters();
    room.entered(answer([], { guests: [bob] }));
    expect([room.guests, room.count]).toEqual([[bob], 1]);
  });

  it('keeps its last message when the list has an older one', () => {
    const room = makeRoom();
    room.entered(answer([said(5)]));
    room.update({ count: 0, last: said(4) });
    expect(room.last?.id).toBe(5);
    room.update({ count: 0, last: said(6) });
    expect(room.last?.id).toBe(6);
  });

  it('puts what was sent in the place of its draft', () => {
    const room = makeRoom();
    room.entered(answer([]));
    room.sending.push({ clientId: 'c7', from: ada, atMs: 0, text: 'mine', status: 'sending' });
    expect(room.rows(ada, {}, 0)).toMatchObject([{ key: 'c7', mine: true, status: 'sending' }]);
    room.add({ ...said(7, ada), text: 'mine' });
    expect(room.rows(ada, {}, 0)).toMatchObject([{ key: 'c7', mine: true, status: '' }]);
  });

  it('shows drafts behind what was said meanwhile', () => {
    const room = makeRoom();
    room.entered(answer([]));
    room.sending.push({ clientId: 'c7', from: ada, atMs: 0, text: 'draft', status: 'failed' });
    room.add(said(1));
    expect(shown(room)).toEqual(['text 1', 'draft']);
  });

  it('tells a gap where one is, but not before the first message that it knows', () => {
    const room = makeRoom();
    room.entered(answer([said(60)], { isGap: true }));
    expect(shown(room)).toEqual(['text 60']);
    expect(room.entered(answer([said(200)], { isGap: true }))).toBe(1);
    expect(shown(room)).toEqual(['text 60', '…', 'text 200']);
  });

  it('keeps what it has of a server that began anew, though ids come again', () => {
    const room = makeRoom();
    room.entered(answer([said(1, bob, 'old')]));
    room.forgetIds();
    room.entered(answer([{ ...said(1, bob, 'new'), clientId: 'd1' }], { epoch: 'two', isGap: true }));
    expect(shown(room)).toEqual(['old', '…', 'new']);
    expect(new Set(room.rows(ada, {}, 0).map(({ key }) => key)).size).toBe(3);
    expect(room.known).toEqual({ epoch: 'two', afterId: 1 });
  });

  it('gives each gap and each message a key of its own, after every restart', () => {
    const room = makeRoom();
    for (const epoch of ['one', 'two', 'three']) {
      room.forgetIds();
      room.entered(answer([{ ...said(1), clientId: epoch }], { epoch, isGap: true }));
    }
    const keys = room.rows(ada, {}, 0).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('shows the time once for what was said together', () => {
    const room = makeRoom();
    room.entered(answer([said(1), said(2), said(1000)]));
    expect(room.rows(ada, {}, 0).map(({ time }) => time !== '')).toEqual([true, false, true]);
  });

  it('shows a picture as far as it is there', () => {
    const room = makeRoom();
    room.entered(answer([{ ...said(1), image: { id: 'p' } }]));
    expect(room.rows(ada, {}, 0)[0]?.image).toEqual({ loading: true });
    expect(room.rows(ada, { p: { src: 'a.png' } }, 0)[0]?.image).toEqual({ src: 'a.png' });
  });

  it('knows who types, until they have said it', () => {
    const room = makeRoom();
    room.typing.bob = { name: 'Bob' };
    expect(room.typists()).toEqual(['Bob']);
    room.add(said(1));
    expect(room.typists()).toEqual([]);
  });
});
