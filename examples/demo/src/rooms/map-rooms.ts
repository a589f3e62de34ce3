import type { HubServer } from '@minihub/server';
import { Rooms } from './rooms.ts';
import type { RoomsAccess } from './rooms-access.ts';
import { createRoomsHub, type TellAway } from './rooms-hub.ts';

/** How long a phone may be away and still miss nothing. */
const windowMs = 10 * 60_000;

/** Serves the example mini program at `/rooms`. */
export function mapRooms(hubs: HubServer, access: RoomsAccess): void {
  let tellAway: TellAway = () => {};
  const hub = createRoomsHub(new Rooms(), (...about) => tellAway(...about));
  const handle = hubs.map('/rooms', hub, {
    authenticate: access.authenticate,
    statefulReconnect: { windowMs, withoutNegotiation: true },
  });
  tellAway = access.tellOver(handle);
}
