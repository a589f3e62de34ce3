const parameter =
  /^(?:(server_no_context_takeover|client_no_context_takeover)|(server_max_window_bits)="?(?:[89]|1[0-5])"?|(client_max_window_bits)(?:="?(?:[89]|1[0-5])"?)?)$/;

/**
 * The offers of permessage-deflate among a client's extensions that can be accepted; `undefined` when there is none.
 * The others are declined, as the standard wants it: `ws` would refuse the whole upgrade because of one that it does not
 * understand. @see RFC 7692, 5.1 and 7
 */
export function acceptableOffers(extensions: string): string | undefined {
  const offers = extensions.split(',').map((offer) => offer.split(';').map((part) => part.replace(/\s/g, '')));
  const acceptable = offers.filter(isAcceptable).map((parts) => parts.join('; '));
  return acceptable.length === 0 ? undefined : acceptable.join(', ');
}

function isAcceptable([name, ...parameters]: readonly string[]): boolean {
  if (name?.toLowerCase() !== 'permessage-deflate') return false;
  const names = new Set<string | undefined>();
  for (const text of parameters) {
    const [, flag, serverBits, clientBits] = parameter.exec(text) ?? [];
    names.add(flag ?? serverBits ?? clientBits);
  }
  return !names.has(undefined) && names.size === parameters.length;
}
