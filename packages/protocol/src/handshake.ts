import type { Utf8 } from './codec.ts';
import { type ProtocolError, protocolError } from './errors.ts';
import { missingMember, optionalString, parseJsonRecord, requiredString, wrongType } from './json-members.ts';
import { RecordSplitter, recordSeparator } from './record-splitter.ts';
import { plainUtf8 } from './utf8.ts';

/** What the client says first: which hub protocol it speaks. */
export interface HandshakeRequest {
  readonly protocol: string;
  readonly version: number;
}

/** What the server answers. With an `error`, an empty one too, it closes. */
export interface HandshakeResponse {
  readonly error?: string;
}

/**
 * The texts with which a server refuses a handshake, as ASP.NET Core SignalR writes them.
 * @see signalr.md 1.7 and 1.5
 */
export const handshakeRefusals = {
  /** The handshake took too long, or its record is too long. */
  canceled: 'Handshake was canceled.',
  /** Whatever else went wrong; with detailed errors, ` <TypeName>: <message>` follows. */
  unexpected: 'An unexpected error occurred during connection handshake.',
  unsupportedProtocol: (protocol: string): string => `The protocol '${protocol}' is not supported.`,
  unsupportedVersion: (protocol: string, version: number): string =>
    `The server does not support version ${version} of the '${protocol}' protocol.`,
  binaryOverText: (protocol: string): string =>
    `Cannot use the '${protocol}' protocol on the current transport. The transport does not support 'Binary' transfer format.`,
} as const;

const code = 'MH_PROTO_HANDSHAKE';

/** The handshake request as a record, 0x1E included. */
export function encodeHandshakeRequest(request: HandshakeRequest): string {
  const { protocol, version } = request;
  return JSON.stringify({ protocol, version }) + recordSeparator;
}

/** The handshake response as a record, 0x1E included. */
export function encodeHandshakeResponse(response: HandshakeResponse = {}): string {
  return JSON.stringify({ error: response.error }) + recordSeparator;
}

/** Reads a request from its record without the 0x1E. Unknown members are ignored. @throws MH_PROTO_HANDSHAKE */
export function parseHandshakeRequest(record: string): HandshakeRequest {
  const request = parseJsonRecord(record, code);
  const protocol = requiredString(request, 'protocol', code);
  const { version } = request;
  if (version === undefined) throw missingMember('version', code);
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) throw wrongType('version', 'Number', code);
  return { protocol, version };
}

/**
 * Reads a response from its record without the 0x1E. A response that has a `type` is a hub message: that server
 * skipped the handshake. @throws MH_PROTO_HANDSHAKE
 */
export function parseHandshakeResponse(record: string): HandshakeResponse {
  const response = parseJsonRecord(record, code);
  if (response.type !== undefined) throw protocolError(code, 'Expected a handshake response from the server.');
  const error = optionalString(response, 'error', code);
  return error === undefined ? {} : { error };
}

/** What a handshake decoder may be given. */
export interface HandshakeDecoderOptions {
  /** The longest record, in bytes, without its delimiter; 0 turns the limit off. @defaultValue 4_096 */
  readonly maxBytes?: number;
  /** Bytes to text. @defaultValue {@link plainUtf8} */
  readonly utf8?: Utf8;
}

/** Finds the handshake record in a stream of chunks. It may come in pieces, or in one chunk with what follows it. */
export interface HandshakeDecoder<Record> {
  /**
   * Adds a chunk, and gives the record once it is whole. Not to be called again after that.
   * @throws MH_PROTO_HANDSHAKE, whose cause is MH_PROTO_MESSAGE_TOO_LARGE when the record is too long
   */
  push(chunk: string | Uint8Array): Record | undefined;
  /** The chunks behind the record, which belong to the hub protocol; views, not copies. */
  takeRest(): readonly (string | Uint8Array)[];
  /** Bytes held back until the record is whole. */
  readonly bufferedBytes: number;
}

/** A decoder for the server's side. */
export function createHandshakeRequestDecoder(
  options: HandshakeDecoderOptions = {},
): HandshakeDecoder<HandshakeRequest> {
  return createDecoder(parseHandshakeRequest, options);
}

/** A decoder for the client's side. */
export function createHandshakeResponseDecoder(
  options: HandshakeDecoderOptions = {},
): HandshakeDecoder<HandshakeResponse> {
  return createDecoder(parseHandshakeResponse, options);
}

function createDecoder<Record>(
  parse: (record: string) => Record,
  options: HandshakeDecoderOptions,
): HandshakeDecoder<Record> {
  const splitter = new RecordSplitter({
    maxMessageBytes: options.maxBytes ?? 4_096,
    maxRecordsPerChunk: 0,
    utf8: options.utf8 ?? plainUtf8,
  });
  return {
    get bufferedBytes(): number {
      return splitter.bufferedBytes;
    },
    push(chunk) {
      const record = nextRecord(splitter, chunk);
      return record === undefined ? undefined : parse(record);
    },
    takeRest: () => splitter.takeRest(),
  };
}

function nextRecord(splitter: RecordSplitter, chunk: string | Uint8Array): string | undefined {
  try {
    splitter.push(chunk);
    return splitter.nextRecord();
  } catch (error) {
    throw protocolError(code, (error as ProtocolError).message, error);
  }
}
