/** The value of `Sec-WebSocket-…` in headers whose names are written in whatever case; '' when it is absent. */
export function handshakeHeader(headers: unknown, name: 'protocol' | 'extensions' | 'accept'): string {
  const found = Object.keys(headers || {}).find((key) => key.toLowerCase() === `sec-websocket-${name}`);
  return found ? String((headers as { [key: string]: unknown })[found] || '').trim() : '';
}
