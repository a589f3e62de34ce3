import { ImageStore } from './image-store.ts';
import { RoomHistory } from './room-history.ts';
import { roomLimits } from './room-limits.ts';

/** A room that everybody finds in the list. */
export interface RoomInfo {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
}

const infos: readonly RoomInfo[] = [
  { id: 'lobby', name: { zh: '大厅', en: 'Lobby' } },
  { id: 'tea', name: { zh: '茶馆', en: 'Tea house' } },
  { id: 'code', name: { zh: '小程序开发', en: 'Mini programs' } },
  { id: 'quiet', name: { zh: '自习室', en: 'Study room' } },
];

/** One room: what was said in it, and who was there. */
export class Room {
  readonly info: RoomInfo;
  readonly history: RoomHistory = new RoomHistory(roomLimits.historyMessages);
  /** When each user was here last, in milliseconds since 1970: they are told of what they miss. */
  readonly #guests = new Map<string, number>();

  constructor(info: RoomInfo) {
    this.info = info;
  }

  visited(user: string, nowMs: number): void {
    this.#guests.delete(user);
    this.#guests.set(user, nowMs);
    for (const [guest, atMs] of this.#guests) {
      if (nowMs - atMs < roomLimits.remembersGuestsMs) break;
      this.#guests.delete(guest);
    }
  }

  /** Who was here, and is not meant by the message. */
  guestsExcept(user: string): readonly string[] {
    return [...this.#guests.keys()].filter((guest) => guest !== user);
  }
}

/** All rooms, the pictures in them, and the names of their guests. */
export class Rooms {
  /** New with every start of the server: what a client knows of another epoch is no use for catching up. */
  readonly epoch: string = Date.now().toString(36);
  readonly images: ImageStore = new ImageStore(roomLimits.allImageBytes);
  readonly names: Map<string, string> = new Map();
  readonly #rooms = new Map(infos.map((info) => [info.id, new Room(info)]));

  all(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  get(id: string): Room | undefined {
    return this.#rooms.get(id);
  }
}
