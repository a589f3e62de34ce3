import type { HubServer } from '@minihub/server';
import { Rooms } from './rooms.ts';
import { noMessages, type RoomsAccess } from './rooms-access.ts';
import { type AwayMessages, createRoomsHub } from './rooms-hub.ts';

/** How long a phone may be away and still miss nothing. */
const windowMs = 10 * 60_000;

/** Serves the example mini program at `/rooms`. */
export function mapRooms(hubs: HubServer, access: RoomsAccess): void {
  let away: AwayMessages | undefined;
  const hub = createRoomsHub(new Rooms(), () => away ?? noMessages);
  const handle = hubs.map('/rooms', hub, {
    authenticate: access.authenticate,
    filters: access.filters,
    statefulReconnect: { windowMs, withoutNegotiation: true },
  });
  away = access.awayMessages(handle);
}
