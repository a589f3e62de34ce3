/**
 * Who takes part.
 * @typedef {{
 *   label: string, server: 'minihub' | 'ws' | 'socket-io' | 'bun', dialect: string, path?: string,
 *   settings?: Record<string, any>, args?: string[], resume?: string[], mustCompress?: boolean,
 * }} Peer `settings` go to the server, `args` to the load generator; `resume`: how a client comes back to what it had;
 *   `mustCompress`: a message has to be shorter on the wire than its text
 */

const end = '\\x1e';

/** @type {Record<string, Peer>} */
export const peers = {
  minihub: { label: 'minihub', server: 'minihub', dialect: 'json' },
  'minihub-pack': { label: 'minihub, MessagePack', server: 'minihub', dialect: 'messagepack' },
  'minihub-raw': { label: 'minihub, raw endpoint', server: 'minihub', dialect: 'bytes', path: '/raw' },
  'minihub-deflate': {
    label: 'minihub, compressed once',
    server: 'minihub',
    dialect: 'json',
    settings: { options: { compression: true } },
    args: ['--offer-deflate'],
    mustCompress: true,
  },
  // Comes back to the connection it had: without a handshake, and with what it has not acknowledged (here: nothing).
  'minihub-resume': {
    label: 'minihub, stateful reconnect',
    server: 'minihub',
    dialect: 'json-2',
    path: '/hub?minihubResume=1',
    settings: { options: { statefulReconnect: { withoutNegotiation: true, windowMs: 60_000 } } },
    resume: [
      ...['--ready-after', '2', '--remember', '"connectionToken":"..."', '--back-path', '/hub?minihubResume=1&id=%I'],
      ...['--back-hello', `{"type":9,"sequenceId":1}${end}`, '--back-ready-after', '1'],
      // The ticket and the one message.
      ...['--storm-ack', `{"type":8,"sequenceId":2}${end}`],
    ],
  },
  'ws-plain': { label: 'ws, `send` to each', server: 'ws', dialect: 'bare', path: '/plain' },
  'ws-framed': { label: 'ws, one encoded frame', server: 'ws', dialect: 'bare', path: '/framed' },
  'ws-joined': { label: 'ws, a turn joined', server: 'ws', dialect: 'bare', path: '/joined' },
  'ws-bytes': { label: 'ws, bytes back', server: 'ws', dialect: 'bytes', path: '/bytes' },
  'ws-deflate': {
    label: 'ws, compressed for each',
    server: 'ws',
    dialect: 'bare',
    settings: { deflate: true },
    args: ['--offer-deflate'],
    mustCompress: true,
  },
  'socket.io': { label: 'Socket.IO', server: 'socket-io', dialect: 'socket.io' },
  'socket.io-recovery': {
    label: 'Socket.IO with recovery',
    server: 'socket-io',
    dialect: 'socket.io',
    settings: { recovery: true },
    resume: [
      ...['--remember', '"pid":"..."', '--remember', '},"..."', '--back-hello', '40{"pid":"%I","offset":"%J"}'],
      ...['--back-ready-after', '2'],
    ],
  },
  bun: { label: 'Bun', server: 'bun', dialect: 'bare' },
};

/** The name of our peer in an older build. @param {string} name */
export const baselineOf = (name) => name.replace(/^minihub/, 'baseline');

/** Adds another build of our server as peers, to compare a change with what was before. @param {string} bundle */
export function addBaseline(bundle) {
  for (const [name, peer] of Object.entries(peers)) {
    if (peer.server !== 'minihub') continue;
    const label = peer.label.replace(/^minihub/, 'baseline');
    peers[baselineOf(name)] = { ...peer, label, settings: { ...peer.settings, bundle } };
  }
}
