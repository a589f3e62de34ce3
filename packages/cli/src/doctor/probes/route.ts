import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { reasons } from '../reason.ts';

/** An address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** How to get to the endpoint: everything that a probe needs to open a connection, and nothing else. */
export interface Route {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly address: HostAddress;
  /** Roots to trust beside the usual ones, in PEM. */
  readonly roots: readonly string[];
  /** How long each step may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** The error code of a failed connection, or its message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || code === '' ? error.message : code;
}

/** Waits for a socket to say that it is open; fails with what ended it, or `timeout`. */
function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(reasons.timeout)));
    socket.once('error', fail);
    socket.once('close', () => fail(new Error(reasons.closed)));
    socket.once(event, () => {
      socket.setTimeout(0);
      socket.removeAllListeners('error');
      socket.removeAllListeners('close');
      // Somebody must listen for as long as it lives; what matters is read from `close`.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Opens a TCP connection. */
export function openTcp({ address, port, timeoutMs }: Route): Promise<Socket> {
  return opened(connectTcp({ host: address.address, port, family: address.family }), 'connect', timeoutMs);
}

/**
 * Opens a TLS connection, and looks at a certificate whatever it is worth: whether to trust it is a question for the
 * checks. Nothing secret may be sent over it before they have answered.
 */
export function openTls(route: Route, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { address, host, port, timeoutMs } = route;
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({
    host: address.address,
    port,
    ...name,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
    ...options,
  });
  return opened(socket, 'secureConnect', timeoutMs);
}

/** Opens what the endpoint's URL asks for. */
export function open(route: Route): Promise<Socket> {
  return route.secure ? openTls(route) : openTcp(route);
}
