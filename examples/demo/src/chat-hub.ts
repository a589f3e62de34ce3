import { setTimeout as after } from 'node:timers/promises';
import { defineHub, type HubContext, HubError, method, stream, upload } from '@minihub/server';
import { z } from 'zod';
import { limits } from '../public/limits.js';
import { checked, messageText, roomName } from './chat-rules.ts';

/** Somebody in a room: one connection. Two tabs are two people of the same name. */
export interface Person {
  /** The connection id. */
  readonly id: string;
  readonly name: string;
}

/** Something that was said. */
export interface ChatMessage {
  readonly room: string;
  readonly from: Person;
  readonly text: string;
  /** When the server heard it, in milliseconds since 1970. */
  readonly atMs: number;
}

/** Somebody came or went. */
export interface RoomChange {
  readonly room: string;
  readonly person: Person;
  /** How many are in the room now. */
  readonly count: number;
}

/** What `join` answers. */
export interface Welcome {
  /** The room's name as it is known to everybody: without spaces around it. */
  readonly room: string;
  readonly you: Person;
  readonly members: readonly Person[];
}

/** What the hub calls on a page. */
export interface ChatClient {
  message(message: ChatMessage): void;
  joined(change: RoomChange): void;
  left(change: RoomChange): void;
  /** A question; the page answers it. */
  confirm(question: string): boolean;
}

/** What {@link createChatHub} takes. */
export interface ChatHubOptions {
  /** From one number of a countdown to the next, in milliseconds. @defaultValue 1_000 */
  readonly countdownStepMs?: number;
}

const questions = {
  en: 'The server would like to know: is real time fun?',
  zh: '服务器想知道：实时通信有意思吗？',
};

type Chat = HubContext<ChatClient>;

/** Makes the hub behind `/chat`. A room is a group of the same name. */
export function createChatHub({ countdownStepMs = 1_000 }: ChatHubOptions = {}) {
  return defineHub<ChatClient>()({
    disconnected: async (context, { cause, groups }) => {
      // When the server goes, everybody does.
      if (cause === 'shutdown') return;
      for (const room of groups) await tellLeft(context, room);
    },
    methods: {
      join: method([z.string()], (context, room) => join(context, checked(roomName, room))),
      leave: method([z.string()], async (context, room) => {
        const name = checked(roomName, room);
        if (!(await isIn(context, name))) return;
        await context.groups.remove(context.connection.id, name);
        await tellLeft(context, name);
      }),
      say: method([z.string(), z.string()], async (context, room, text) => {
        const name = checked(roomName, room);
        if (!(await isIn(context, name))) throw new HubError('Join the room first.');
        const message = { room: name, from: callerOf(context), text: checked(messageText, text), atMs: Date.now() };
        await context.clients.group(name).message(message);
      }),
      members: method([z.string()], (context, room) => membersOf(context, checked(roomName, room))),
      countdown: stream([z.int().min(0).max(limits.countdownFrom)], async function* ({ signal }, from) {
        for (let n = from; n > 0; n--) {
          yield n;
          // Rejected when the client stops listening, which ends the countdown: nobody waits for its next number.
          await after(countdownStepMs, undefined, { signal });
        }
        yield 0;
      }),
      sum: method([upload(z.number())], async (_, numbers) => {
        let sum = 0;
        let count = 0;
        for await (const number of numbers) {
          count++;
          if (count > limits.sumItems) throw new HubError(`A sum has at most ${limits.sumItems} numbers.`);
          sum += number;
        }
        return sum;
      }),
      askMe: method([z.enum(['en', 'zh']).optional()], ({ clients }, language = 'en') =>
        clients.caller.ask({ timeoutMs: 120_000 }).confirm(questions[language]),
      ),
    },
  });
}

async function join(context: Chat, room: string): Promise<Welcome> {
  const { clients, connection, groups } = context;
  const joinedRooms = await groups.of(connection.id);
  if (!joinedRooms.includes(room)) {
    if (joinedRooms.length >= limits.roomsPerConnection) {
      throw new HubError(`One connection can be in at most ${limits.roomsPerConnection} rooms.`);
    }
    await groups.add(connection.id, room);
    await clients.othersInGroup(room).joined({ room, person: callerOf(context), count: await groups.count(room) });
  }
  return { room, you: callerOf(context), members: await membersOf(context, room) };
}

async function tellLeft(context: Chat, room: string): Promise<void> {
  const count = await context.groups.count(room);
  await context.clients.group(room).left({ room, person: callerOf(context), count });
}

async function isIn({ connection, groups }: Chat, room: string): Promise<boolean> {
  return (await groups.of(connection.id)).includes(room);
}

async function membersOf({ groups }: Chat, room: string): Promise<Person[]> {
  return (await groups.members(room)).map(({ connectionId, user }) => toPerson(connectionId, user));
}

function callerOf({ connection }: Chat): Person {
  return toPerson(connection.id, connection.user);
}

function toPerson(id: string, user: string | undefined): Person {
  return { id, name: user ?? `Guest ${id.slice(0, 4)}` };
}
