import { createServer } from 'node:http';
import { createHubServer } from '@minihub/server';
import { createChatHub } from './chat-hub.js';

/**
 * [[启动服务器；端口 0 表示任选一个空闲端口。|Starts the server; port 0 takes a free one.]]
 * @param {{ port: number, host?: string, logger?: import('@minihub/server').Logger }} options
 */
export async function startApp({ port, host, logger }) {
  // health: GET /healthz, GET /readyz
  const hubs = createHubServer({ health: true, ...(logger && { logger }) });
  hubs.map('/chat', createChatHub(), {
    // [[手机离开一分钟之内回来，什么都不会丢。|A phone that is back within a minute has missed nothing.]]
    statefulReconnect: { windowMs: 60_000, withoutNegotiation: true },
  });

  const http = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end('[[聊天服务器，Hub 在 /chat|The chat server. Its hub is at /chat]]\n');
  });
  hubs.attach(http);
  await new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen({ port, host }, () => resolve(undefined));
  });

  const close = async () => {
    const closed = new Promise((resolve) => http.close(resolve));
    await hubs.close();
    http.closeAllConnections();
    await closed;
  };
  return {
    port: /** @type {import('node:net').AddressInfo} */ (http.address()).port,
    /** [[立即停止。|Stops at once.]] */
    close,
    /** [[先把客户端一批批送走，再停止；期间 /readyz 回答 503。|Moves clients away little by little, then stops; /readyz says 503 meanwhile.]] */
    async drain() {
      await hubs.drain({ deadlineMs: 9_000 });
      await close();
    },
  };
}
