import { defineHub, type HubContext, HubError, method, stream, upload } from '@minihub/server';
import { z } from 'zod';
import { checked, singleLine } from '../chat-rules.ts';
import { defaultName } from './default-name.ts';
import { imageTypeOf } from './image-store.ts';
import type { Recovered, RoomMessage } from './room-history.ts';
import { roomLimits } from './room-limits.ts';
import type { Room, RoomInfo, Rooms } from './rooms.ts';

/** Somebody in a room. One user with two phones is one person. */
export interface Guest {
  readonly user: string;
  readonly name: string;
}

/** A room in the list. */
export interface RoomRow extends RoomInfo {
  readonly count: number;
  readonly lastId: number;
  readonly last: RoomMessage | null;
}

/** What `enter` answers. */
export interface Entered extends Recovered {
  readonly room: RoomInfo;
  readonly you: Guest;
  readonly guests: readonly Guest[];
  readonly epoch: string;
  readonly lastId: number;
}

/** What the hub calls on a mini program. */
export interface RoomsClient {
  message(message: RoomMessage): void;
  /** Who is in a room, after somebody came or went. */
  guests(room: string, guests: readonly Guest[]): void;
  typing(room: string, guest: Guest): void;
  /** Asks for an answer, which shows that the phone is awake; any will do. */
  ping(): boolean;
}

/** Reaches users who are away. */
export interface AwayMessages {
  /** Tells somebody; it must not throw. */
  tell(user: string, message: RoomMessage, roomName: string): void;
  /** Takes what `wx.requestSubscribeMessage` answered. */
  granted(user: string, answers: Readonly<Record<string, string>>): Promise<void>;
}

type Context = HubContext<RoomsClient>;

const text = z
  .string()
  .trim()
  .min(1, 'A message must not be empty.')
  .max(roomLimits.textLength, `A message has at most ${roomLimits.textLength} characters.`);
const guestName = singleLine('A name', roomLimits.nameLength);
/** A piece of a picture: bytes in MessagePack, base64 in JSON. */
const piece = z.union([z.instanceof(Uint8Array), z.base64().transform((base64) => Buffer.from(base64, 'base64'))]);
const clientId = z.string().min(1).max(64);
const known = z.object({ epoch: z.string(), afterId: z.int().min(0) }).optional();

/** Makes the hub behind `/rooms`, which the example mini program talks to. A room is a group of the same name. */
export function createRoomsHub(rooms: Rooms, away: () => AwayMessages) {
  const roomOf = (id: string): Room => {
    const room = rooms.get(id);
    if (room === undefined) throw new HubError('There is no such room.');
    return room;
  };
  const guestOf = ({ user = '' }: Context): Guest => toGuest(rooms, user);

  const publish = async (context: Context, room: Room, draft: Pick<RoomMessage, 'text' | 'image' | 'clientId'>) => {
    const from = guestOf(context);
    if (!(await isIn(context, room))) throw new HubError('Enter the room first.');
    // The sender is not sure that it arrived, because the line broke: it did.
    const sent = room.history.find(from.user, draft.clientId);
    if (sent !== undefined) return sent;
    const message = room.history.add({ ...draft, room: room.info.id, from, atMs: Date.now() });
    await context.clients.group(room.info.id).message(message);
    for (const guest of room.guestsExcept(from.user)) away().tell(guest, message, room.info.name.zh);
    return message;
  };

  const tellGuests = async (context: Context, room: string): Promise<readonly Guest[]> => {
    const guests = await guestsOf(context, rooms, room);
    await context.clients.group(room).guests(room, guests);
    return guests;
  };

  return defineHub<RoomsClient>()({
    disconnected: async (context, { cause, groups }) => {
      // When the server goes, everybody does.
      if (cause === 'shutdown') return;
      for (const room of groups) await tellGuests(context, room);
    },
    methods: {
      setName: method([z.string()], ({ user = '' }, name) => {
        rooms.names.set(user, checked(guestName, name));
        return rooms.names.get(user);
      }),
      rooms: method([], async ({ groups }) => {
        const rows = rooms.all().map(async ({ info, history }): Promise<RoomRow> => {
          const { lastId, last = null } = history;
          return { ...info, count: await groups.count(info.id), lastId, last };
        });
        return Promise.all(rows);
      }),
      enter: method([z.string(), known], async (context, id, have): Promise<Entered> => {
        const room = roomOf(id);
        const you = guestOf(context);
        await context.groups.add(context.connection.id, id);
        room.visited(you.user, Date.now());
        const guests = await tellGuests(context, id);
        const { epoch } = rooms;
        const recovered = room.history.since(have?.epoch === epoch ? have.afterId : undefined, roomLimits.pageMessages);
        const isGap = recovered.isGap || (have !== undefined && have.epoch !== epoch);
        return { ...recovered, isGap, room: room.info, you, guests, epoch, lastId: room.history.lastId };
      }),
      leave: method([z.string()], async (context, id) => {
        await context.groups.remove(context.connection.id, id);
        await tellGuests(context, id);
      }),
      say: method([z.string(), z.string(), clientId], async (context, id, said, name) =>
        publish(context, roomOf(id), { text: checked(text, said), clientId: name }),
      ),
      granted: method([z.record(z.string(), z.string())], ({ user = '' }, answers) => away().granted(user, answers)),
      typing: method([z.string()], async (context, id) => {
        const room = roomOf(id);
        if (await isIn(context, room)) await context.clients.othersInGroup(id).typing(id, guestOf(context));
      }),
      show: method([z.string(), clientId, upload(piece)], async (context, id, name, chunks): Promise<RoomMessage> => {
        const room = roomOf(id);
        const bytes = await collect(chunks);
        const type = imageTypeOf(bytes);
        if (type === undefined) throw new HubError('That is no picture (JPEG, PNG, GIF or WebP).');
        const image = { id: rooms.images.add({ type, bytes }), type, bytes: bytes.length };
        return publish(context, room, { text: '', image, clientId: name });
      }),
      image: stream([z.string()], function* (_, id) {
        const image = rooms.images.get(id);
        if (image === undefined) throw new HubError('The picture is not kept any more.');
        for (let at = 0; at < image.bytes.length; at += roomLimits.chunkBytes) {
          yield image.bytes.subarray(at, at + roomLimits.chunkBytes);
        }
      }),
    },
  });
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of chunks) {
    length += piece.length;
    if (length > roomLimits.imageBytes) throw new HubError(`A picture has at most ${roomLimits.imageBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

async function isIn({ connection, groups }: Context, room: Room): Promise<boolean> {
  return (await groups.of(connection.id)).includes(room.info.id);
}

async function guestsOf({ groups }: Context, rooms: Rooms, room: string): Promise<Guest[]> {
  const users = new Set((await groups.members(room)).map(({ user = '' }) => user));
  return [...users].map((user) => toGuest(rooms, user));
}

function toGuest(rooms: Rooms, user: string): Guest {
  return { user, name: rooms.names.get(user) ?? defaultName(user) };
}
