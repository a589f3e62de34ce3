import { type ProtocolError, type ProtocolErrorCode, protocolError } from './errors.ts';

/** A JSON object whose members have not been checked. */
export type JsonRecord = { readonly [member: string]: unknown };

/** Reads JSON text that must be an object, with the texts of signalr.md 1.9; `code` replaces the usual codes when given. */
export function parseJsonRecord(text: string, code?: ProtocolErrorCode): JsonRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw protocolError(code ?? 'MH_PROTO_INVALID_JSON', 'Error reading JSON.', cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonRecord;
  const message = `Unexpected JSON Token Type '${tokenType(value)}'. Expected a JSON Object.`;
  throw protocolError(code ?? 'MH_PROTO_INVALID_MESSAGE', message);
}

/** The error about a member that must be there. */
export function missingMember(name: string, code: ProtocolErrorCode = 'MH_PROTO_INVALID_MESSAGE'): ProtocolError {
  return protocolError(code, `Missing required property '${name}'.`);
}

/** The error about a member that is of another type than `type`. */
export function wrongType(
  name: string,
  type: string,
  code: ProtocolErrorCode = 'MH_PROTO_INVALID_MESSAGE',
): ProtocolError {
  return protocolError(code, `Expected '${name}' to be of type ${type}.`);
}

/** A string member, or `undefined` when it is absent. */
export function optionalString(record: JsonRecord, name: string, code?: ProtocolErrorCode): string | undefined {
  return memberString(record[name], name, code);
}

/** `value`, the member of that name, which must be a string if it is there. */
export function memberString(value: unknown, name: string, code?: ProtocolErrorCode): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, 'String', code);
}

/** A string member that must be there. */
export function requiredString(record: JsonRecord, name: string, code?: ProtocolErrorCode): string {
  const value = optionalString(record, name, code);
  if (value === undefined) throw missingMember(name, code);
  return value;
}

/** How .NET names the kind of a JSON value. */
function tokenType(value: unknown): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'Array';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? 'String' : 'Number';
}
