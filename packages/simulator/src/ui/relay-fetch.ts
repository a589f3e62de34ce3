/** A request as it travels to the relay. */
export interface RelayedRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  /** Base64. */
  readonly body?: string;
}

/** An answer as it comes from the relay. */
export interface RelayedResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** Base64. */
  readonly body: string;
  /** Why there is no answer. */
  readonly error?: string;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function bodyOf(body: RequestInit['body']): string | undefined {
  if (body === undefined || body === null) return undefined;
  return toBase64(typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body as ArrayBuffer));
}

/** `fetch` through the development server: a mini program's requests know no CORS. */
export function relayFetch(address: string): typeof fetch {
  return async (input, init = {}) => {
    const body = bodyOf(init.body);
    const request: RelayedRequest = {
      url: String(input),
      method: init.method ?? 'GET',
      headers: init.headers as { [name: string]: string },
      ...(body === undefined ? {} : { body }),
    };
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: init.signal ?? null,
    });
    const { status, headers, body: text, error } = (await answer.json()) as RelayedResponse;
    if (error !== undefined) throw new TypeError(error);
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const hasBody = status !== 204 && status !== 205 && status !== 304;
    return new Response(hasBody ? bytes : null, { status, headers });
  };
}
