import { clientError } from '../errors.ts';

/**
 * Reads the server's answer to the handshake, in pieces or with messages behind it; JSON in every protocol, and .NET sends
 * it as bytes in a binary one. Gives what follows the answer, or `undefined` until it is complete.
 * @throws MinihubError MH_CLIENT_HUB_HANDSHAKE when the server refuses; a SyntaxError when it is no JSON
 * @see signalr.md 1.7
 */
export function createHandshakeReader(): (chunk: string | ArrayBuffer) => string | ArrayBuffer | undefined {
  let held = '';
  return (chunk) => {
    let rest = chunk;
    if (typeof chunk === 'string') {
      held += chunk;
      rest = held.slice(held.indexOf('\u001e') + 1);
    } else {
      const bytes = new Uint8Array(chunk);
      let at = 0;
      while (at < bytes.length && held.indexOf('\u001e') < 0) held += String.fromCharCode(bytes[at++] as number);
      rest = chunk.slice(at);
    }
    const end = held.indexOf('\u001e');
    if (end < 0) return undefined;
    const { type, error } = JSON.parse(held.slice(0, end)) as { type?: unknown; error?: unknown };
    const refusal = type === undefined ? error : 'Expected a handshake response from the server.';
    if (refusal !== undefined && refusal !== null) throw clientError('MH_CLIENT_HUB_HANDSHAKE', String(refusal));
    return rest;
  };
}
