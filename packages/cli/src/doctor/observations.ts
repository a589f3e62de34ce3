/** What the probes saw. Plain data: the checks are functions of it, and need no network. */
export interface Observations {
  readonly target: Target;
  /** The doctor's clock when it began, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Every address of the host, and whether it took a TCP connection. */
  readonly addresses: readonly AddressSeen[];
  /** Why the name could not be resolved. */
  readonly lookupError?: string;
  readonly tls?: TlsSeen;
  /** The request of a health check: a GET without `Upgrade`. */
  readonly plain?: Exchange;
  /** The opening handshake as a phone sends it. */
  readonly upgrade?: Exchange;
  /** The same without what only a mini program sends (`Referer`), and with what only a web page sends (`Origin`). */
  readonly withoutReferer?: Exchange;
  readonly withOrigin?: Exchange;
  /** With a sub-protocol, with compression. */
  readonly withSubprotocol?: Exchange;
  readonly withCompression?: Exchange;
  readonly negotiate?: NegotiateSeen;
  /** How often each answer came to "negotiate, then connect with that id". */
  readonly tries?: readonly TrySeen[];
  readonly messages?: MessagesSeen;
  readonly compressedMessages?: MessagesSeen;
  readonly listening?: ListeningSeen;
  readonly idle?: IdleSeen;
}

/** What was asked for. */
export interface Target {
  readonly url: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Path and query, as they go into the request line. */
  readonly path: string;
  readonly kind: 'hub' | 'raw';
  /** Whether somebody said which kind it is, and nothing was guessed. */
  readonly kindIsGiven: boolean;
  readonly subprotocol?: string;
  readonly token?: string;
  /** What stands in front, when the user says so. */
  readonly proxy?: string;
  /** The domain list of the mini program, when the user says it. */
  readonly domains: readonly string[];
}

export interface AddressSeen {
  readonly address: string;
  readonly family: 4 | 6;
  readonly connected: boolean;
  /** `ECONNREFUSED`, `timeout`… */
  readonly error?: string;
  /** The machine that looks has no route for this family, which says nothing about the target. */
  readonly noRouteHere?: boolean;
}

export interface CertificateSeen {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly selfSigned: boolean;
  /** Where the issuer's certificate can be fetched, which phones do not do. */
  readonly issuerUrl?: string;
  readonly rsaBits?: number;
}

export interface TlsSeen {
  /** The alert or error that ended the handshake. */
  readonly error?: string;
  readonly protocol?: string;
  readonly cipher?: string;
  /** What OpenSSL says of the chain that was sent, as code; absent when it is trusted. */
  readonly chainError?: string;
  /** Whether the certificate is for the name, whatever the chain. */
  readonly nameMatches?: boolean;
  /** How many certificates the server sent. */
  readonly chainLength?: number;
  readonly certificate?: CertificateSeen;
  /** Whether it works without TLS 1.3, and with the ciphers only that iOS allows. */
  readonly speaksTls12?: boolean;
  readonly speaksForwardSecrecy?: boolean;
  /** It was reached with TLS 1.0 or 1.1 only. */
  readonly onlyOldVersions?: boolean;
  /** It refused a client that speaks HTTP/1.1 only. */
  readonly refusesHttp11?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case; several fields of one name are joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** The beginning of the body, decoded as UTF-8. */
  readonly body: string;
}

/** A request and what came of it. */
export interface Exchange {
  readonly answer?: HttpAnswer;
  readonly error?: string;
  readonly durationMs: number;
  /** Whether `Sec-WebSocket-Accept` fits the key. Only with status 101. */
  readonly acceptFits?: boolean;
}

export interface NegotiateSeen extends Exchange {
  /** What a SignalR server says, when it is one. */
  readonly transports?: readonly string[];
  readonly connectionToken?: string;
  readonly refusal?: string;
  /** The server sends its clients elsewhere (Azure SignalR). */
  readonly redirectUrl?: string;
}

export interface TrySeen {
  readonly negotiated: boolean;
  readonly status?: number;
  readonly error?: string;
}

export interface MessagesSeen {
  /** Sizes in bytes that came through, and the first that did not. */
  readonly passed: readonly number[];
  readonly failed?: { readonly bytes: number; readonly how: string };
  readonly burst?: { readonly sent: number; readonly answered: number; readonly how?: string };
  /** The hub's answer to the handshake, when it was a refusal; or why the socket never opened. */
  readonly refusal?: string;
}

export interface ListeningSeen {
  readonly waitedMs: number;
  /** When the first ping or message of the server came, after the handshake. */
  readonly firstSignMs?: number;
  readonly how?: 'ping' | 'message';
  readonly closed?: string;
}

export interface IdleSeen {
  readonly waitedMs: number;
  readonly cutAfterMs?: number;
  readonly how?: string;
}

/** Whether a handshake led to a WebSocket. */
export function isOpen(exchange: Exchange | undefined): boolean {
  return exchange?.answer?.status === 101 && exchange.acceptFits === true;
}
