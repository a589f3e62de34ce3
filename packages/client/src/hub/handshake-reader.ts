import { clientError } from '../errors.ts';

const separator = '\u001e';

/**
 * Reads the server's answer to the handshake, in pieces or with messages behind it; JSON in every protocol, and .NET sends
 * it as bytes in a binary one. Gives what follows the answer, or `undefined` until it is complete.
 * @throws MinihubError MH_CLIENT_HUB_HANDSHAKE when the server refuses; a SyntaxError when it is no JSON
 * @see signalr.md 1.7
 */
export function createHandshakeReader(): (chunk: string | ArrayBuffer) => string | ArrayBuffer | undefined {
  let held = '';
  return (chunk) => {
    let at = 0;
    if (typeof chunk === 'string') held += chunk;
    else {
      const bytes = new Uint8Array(chunk);
      while (at < bytes.length && held.indexOf(separator) < 0) held += String.fromCharCode(bytes[at++] as number);
    }
    const end = held.indexOf(separator);
    if (end < 0) return undefined;
    const { type, error } = JSON.parse(held.slice(0, end)) as { type?: unknown; error?: unknown };
    const refusal = type === undefined ? error : 'Not an answer to the handshake';
    if (refusal !== undefined && refusal !== null) throw clientError('MH_CLIENT_HUB_HANDSHAKE', String(refusal));
    return typeof chunk === 'string' ? held.slice(end + 1) : chunk.slice(at);
  };
}
