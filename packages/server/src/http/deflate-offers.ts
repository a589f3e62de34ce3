const name = 'permessage-deflate';
const takeovers: ReadonlySet<string> = new Set(['server_no_context_takeover', 'client_no_context_takeover']);
const windows: ReadonlySet<string> = new Set(['server_max_window_bits', 'client_max_window_bits']);
const bits = /^(?:[89]|1[0-5])$/;
const maxWindowBits = 15;

/** What was agreed on about compression. */
export interface DeflateAgreement {
  /** The value of `Sec-WebSocket-Extensions` in the answer. */
  readonly extensions: string;
  /** The window that the client can take, from 8 to 15. */
  readonly windowBits: number;
}

/**
 * Agrees on the first of a client's offers of permessage-deflate that can be accepted; `undefined` when there is none.
 * What cannot be understood is declined, as the standard wants it, and does not cost the client its connection.
 * Neither side may take over context: each connection would keep a window in our memory, and no frame could be shared.
 * @see RFC 7692, 5.1 and 7
 */
export function agreeOnDeflate(extensions: string | undefined): DeflateAgreement | undefined {
  if (extensions === undefined) return undefined;
  for (const offer of elementsOf(extensions)) {
    const parameters = parametersOf(offer);
    if (parameters !== undefined) return agreementOn(parameters);
  }
  return undefined;
}

/** What stands between commas, but for those in quotes. Quotes that do not end have all the rest. @see RFC 9110, 5.6.1 and 5.6.4 */
function* elementsOf(list: string): Generator<string> {
  let begin = 0;
  let isQuoted = false;
  for (let at = 0; at < list.length; at++) {
    const character = list[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted && character === '\\') at++;
    else if (!isQuoted && character === ',') {
      yield list.slice(begin, at);
      begin = at + 1;
    }
  }
  yield list.slice(begin);
}

/** The parameters of an offer, without quotes; a value that is not given is empty. `undefined` when it is declined. */
function parametersOf(offer: string): ReadonlyMap<string, string> | undefined {
  const [extension, ...texts] = offer.split(';').map((part) => part.replace(/\s/g, ''));
  if (extension?.toLowerCase() !== name) return undefined;
  const parameters = new Map<string, string>();
  for (const text of texts) {
    const [parameter, quoted, ...more] = text.split('=') as [string, ...string[]];
    const value = quoted?.startsWith('"') && quoted.endsWith('"') ? quoted.slice(1, -1) : quoted;
    if (more.length > 0 || parameters.has(parameter) || !isParameter(parameter, value)) return undefined;
    parameters.set(parameter, value ?? '');
  }
  return parameters;
}

function isParameter(parameter: string, value: string | undefined): boolean {
  if (value === undefined) return takeovers.has(parameter) || parameter === 'client_max_window_bits';
  return windows.has(parameter) && bits.test(value);
}

function agreementOn(parameters: ReadonlyMap<string, string>): DeflateAgreement {
  let extensions = `${name}; server_no_context_takeover; client_no_context_takeover`;
  for (const window of windows) {
    const value = parameters.get(window);
    // Without a value it only says that the client would take one.
    if (value !== undefined && value !== '') extensions += `; ${window}=${value}`;
  }
  return { extensions, windowBits: Number(parameters.get('server_max_window_bits') ?? maxWindowBits) };
}
