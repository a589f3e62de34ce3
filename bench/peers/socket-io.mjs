/** Socket.IO: publications to rooms, acknowledgements as invocations. `settings.recovery` turns its recovery on. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { published, readSettings, socketsOf, tellHarness } from './control.mjs';
import { Seating } from './seating.mjs';

const settings = readSettings();
const seating = new Seating(settings);
const server = createServer();
const io = new Server(server, {
  serveClient: false,
  transports: ['websocket'],
  ...(settings.recovery ? { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } } : {}),
});
let resumed = 0;
io.on('connection', (socket) => {
  if (socket.recovered) resumed++;
  else for (const name of seating.next()) socket.join(name);
  socket.on('publish', (payload) => {
    published();
    io.to(seating.target()).emit('m', payload);
  });
  socket.on('echo', (payload, answer) => answer(payload));
  socket.on('ask', async (payload, answer) => answer(await socket.timeout(30_000).emitWithAck('question', payload)));
  socket.on('count', (last, answer) => {
    for (let i = 0; i < last; i++) socket.emit('item', i);
    answer();
  });
});
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  tellHarness(typeof address === 'object' ? (address?.port ?? 0) : 0, {
    '/reset': () => seating.reset(),
    '/connections': () => socketsOf(server),
    '/resumed': () => resumed,
  });
});
