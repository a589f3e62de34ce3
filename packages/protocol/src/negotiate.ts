import type { TransferFormat } from './codec.ts';
import { protocolError } from './errors.ts';
import {
  type JsonRecord,
  missingMember,
  optionalString,
  parseJsonRecord,
  requiredString,
  wrongType,
} from './json-members.ts';

/** The transports of SignalR, named as in negotiate. */
export type TransportName = 'WebSockets' | 'ServerSentEvents' | 'LongPolling';

/** A transport that the server offers. A client skips what it does not know. */
export interface AvailableTransport {
  readonly transport: TransportName | (string & {});
  readonly transferFormats: readonly (TransferFormat | (string & {}))[];
}

/** The server accepts. */
export interface NegotiateSuccess {
  readonly kind: 'success';
  readonly negotiateVersion: number;
  readonly connectionId: string;
  /** The secret behind `?id=`. In version 0 it is the connection id, and is not written. */
  readonly connectionToken: string;
  /** In the order in which the client is to try them. */
  readonly availableTransports: readonly AvailableTransport[];
  /** Written only when true. A client that did not ask for it must fail. @defaultValue false */
  readonly useStatefulReconnect?: boolean;
  /** Seconds until the access token expires. */
  readonly tokenLifetimeSeconds?: number;
}

/** The client is to negotiate again, elsewhere. */
export interface NegotiateRedirect {
  readonly kind: 'redirect';
  readonly url: string;
  /** To be used from then on, in place of the client's own. */
  readonly accessToken?: string;
}

/** The server refuses; the HTTP status is 200 all the same. */
export interface NegotiateFailure {
  readonly kind: 'error';
  readonly error: string;
}

/** One of the three shapes of a negotiate response. @see signalr.md 1.1 */
export type NegotiateResponse = NegotiateSuccess | NegotiateRedirect | NegotiateFailure;

/** Redirects that a client follows before it gives up. */
export const maxNegotiateRedirects = 100;

/** Texts of a client about negotiate, as the official clients write them. */
export const negotiateErrors = {
  tooManyRedirects: 'Negotiate redirection limit exceeded.',
  statefulReconnectNotAsked: "Client didn't negotiate Stateful Reconnect but the server did.",
  classicServer:
    'Detected a connection attempt to an ASP.NET SignalR Server. This client only supports connecting to an ASP.NET Core SignalR Server. See https://aka.ms/signalr-core-differences for details.',
} as const;

const code = 'MH_PROTO_NEGOTIATE';

/** The response as JSON text, members in .NET's order. */
export function encodeNegotiateResponse(response: NegotiateResponse): string {
  if (response.kind === 'error') return JSON.stringify({ error: response.error });
  if (response.kind === 'redirect') return JSON.stringify({ url: response.url, accessToken: response.accessToken });
  const { negotiateVersion, connectionId, connectionToken, availableTransports, tokenLifetimeSeconds } = response;
  return JSON.stringify({
    useStatefulReconnect: response.useStatefulReconnect || undefined,
    negotiateVersion,
    connectionId,
    connectionToken: negotiateVersion > 0 ? connectionToken : undefined,
    availableTransports: availableTransports.map(({ transport, transferFormats }) => ({ transport, transferFormats })),
    tokenLifetimeSeconds,
  });
}

/**
 * Reads a response on the client's side. Unknown members are ignored; an `error` goes before a `url`.
 * @throws MH_PROTO_NEGOTIATE
 */
export function parseNegotiateResponse(text: string): NegotiateResponse {
  const response = parseJsonRecord(text, code);
  if (response.ProtocolVersion !== undefined) throw protocolError(code, negotiateErrors.classicServer);
  const error = optionalMember(response, 'error');
  if (error !== undefined) return { kind: 'error', error };
  const url = optionalMember(response, 'url');
  if (url === undefined) return readSuccess(response);
  const accessToken = optionalMember(response, 'accessToken');
  return accessToken === undefined ? { kind: 'redirect', url } : { kind: 'redirect', url, accessToken };
}

function readSuccess(response: JsonRecord): NegotiateSuccess {
  const negotiateVersion = optionalInteger(response, 'negotiateVersion') ?? 0;
  const connectionId = requiredString(response, 'connectionId', code);
  const connectionToken = negotiateVersion > 0 ? requiredString(response, 'connectionToken', code) : connectionId;
  const availableTransports = readTransports(response);
  const tokenLifetimeSeconds = optionalInteger(response, 'tokenLifetimeSeconds');
  const success: NegotiateSuccess = {
    kind: 'success',
    negotiateVersion,
    connectionId,
    connectionToken,
    availableTransports,
    useStatefulReconnect: response.useStatefulReconnect === true,
  };
  return tokenLifetimeSeconds === undefined ? success : { ...success, tokenLifetimeSeconds };
}

function readTransports(response: JsonRecord): AvailableTransport[] {
  const transports = response.availableTransports;
  if (transports === undefined) throw missingMember('availableTransports', code);
  if (!Array.isArray(transports)) throw wrongType('availableTransports', 'Array', code);
  return transports.map(readTransport);
}

function readTransport(item: unknown, index: number): AvailableTransport {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw wrongType(`availableTransports[${index}]`, 'Object', code);
  }
  const transport = requiredString(item as JsonRecord, 'transport', code);
  const formats = (item as JsonRecord).transferFormats;
  if (formats === undefined) throw missingMember('transferFormats', code);
  if (!Array.isArray(formats)) throw wrongType('transferFormats', 'Array', code);
  const wrong = formats.findIndex((format) => typeof format !== 'string');
  if (wrong >= 0) throw wrongType(`transferFormats[${wrong}]`, 'String', code);
  return { transport, transferFormats: formats as string[] };
}

/** Proxies of the service (Azure) write absent members as null. */
function optionalMember(response: JsonRecord, name: string): string | undefined {
  return response[name] === null ? undefined : optionalString(response, name, code);
}

function optionalInteger(response: JsonRecord, name: string): number | undefined {
  const value = response[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrongType(name, 'Number', code);
  return value;
}
