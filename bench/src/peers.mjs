/**
 * Who takes part.
 * @typedef {{
 *   label: string, server: 'minihub' | 'ws' | 'socket-io' | 'bun', dialect: string, path?: string,
 *   settings?: Record<string, unknown>, args?: string[],
 * }} Peer `settings` go to the server, `args` to the load generator
 */

/** @type {Record<string, Peer>} */
export const peers = {
  minihub: { label: 'minihub', server: 'minihub', dialect: 'json' },
  'minihub-pack': { label: 'minihub, MessagePack', server: 'minihub', dialect: 'messagepack' },
  'minihub-raw': { label: 'minihub, raw endpoint', server: 'minihub', dialect: 'bytes', path: '/raw' },
  'ws-plain': { label: 'ws, `send` to each', server: 'ws', dialect: 'bare', path: '/plain' },
  'ws-framed': { label: 'ws, one encoded frame', server: 'ws', dialect: 'bare', path: '/framed' },
  'ws-joined': { label: 'ws, a turn joined', server: 'ws', dialect: 'bare', path: '/joined' },
  'ws-bytes': { label: 'ws, bytes back', server: 'ws', dialect: 'bytes', path: '/bytes' },
  'socket.io': { label: 'Socket.IO', server: 'socket-io', dialect: 'socket.io' },
  'socket.io-recovery': {
    label: 'Socket.IO with recovery',
    server: 'socket-io',
    dialect: 'socket.io',
    settings: { recovery: true },
  },
  'minihub-deflate': {
    label: 'minihub, compressed once',
    server: 'minihub',
    dialect: 'json',
    settings: { options: { limits: { keepAliveIntervalMs: 0 }, compression: true } },
    args: ['--offer-deflate'],
  },
  'ws-deflate': {
    label: 'ws, compressed for each',
    server: 'ws',
    dialect: 'bare',
    settings: { deflate: true },
    args: ['--offer-deflate'],
  },
  bun: { label: 'Bun', server: 'bun', dialect: 'bare' },
};

/** Adds another build of our server as a peer, to compare a change with what was before. @param {string} bundle */
export function addBaseline(bundle) {
  peers.baseline = { label: 'minihub, baseline', server: 'minihub', dialect: 'json', settings: { bundle } };
  peers['baseline-pack'] = { ...peers.baseline, label: 'baseline, MessagePack', dialect: 'messagepack' };
  peers['baseline-raw'] = { ...peers.baseline, label: 'baseline, raw endpoint', dialect: 'bytes', path: '/raw' };
}
