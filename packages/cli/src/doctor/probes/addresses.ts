import { lookup as lookUpInDns } from 'node:dns/promises';
import type { AddressSeen } from '../observations.ts';
import { type HostAddress, openTcp, type Route, reasonOf } from './route.ts';

/** Finds the addresses of a name. */
export type Lookup = (host: string) => Promise<readonly HostAddress[]>;

/** What the system's resolver says. */
export const systemLookup: Lookup = async (host) => {
  const found = await lookUpInDns(host, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/** Errors which say that this machine cannot send to that family at all. */
const noRoute = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Tries each address by itself: clients pick one, and not all pick the same. */
export function lookAtAddresses(
  addresses: readonly HostAddress[],
  base: Omit<Route, 'address'>,
): Promise<AddressSeen[]> {
  return Promise.all(
    addresses.map(async (address): Promise<AddressSeen> => {
      try {
        (await openTcp({ ...base, address })).destroy();
        return { ...address, connected: true };
      } catch (error) {
        const reason = reasonOf(error);
        return { ...address, connected: false, error: reason, ...(noRoute.has(reason) ? { noRouteHere: true } : {}) };
      }
    }),
  );
}
