import { startApp } from './app.js';

const port = Number(process.env.PORT || 3000);
const host = process.env.HOST;
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(
    `[[PORT 应为 0 到 65535 的整数，而不是|PORT is a whole number from 0 to 65535, not]] ${process.env.PORT}`,
  );
  process.exit(1);
}

// [[debug 是每个连接的打开与关闭。任何有这四个方法的日志库都可以，例如 pino。|debug is every connection that opens and closes. Any logger with these four fits, pino for one.]]
const logger = { debug() {}, info: console.info, warn: console.warn, error: console.error };

/** @param {() => Promise<void>} end */
function stop(end) {
  end().then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}

try {
  const app = await startApp({ port, logger, ...(host ? { host } : {}) });
  console.log(`ws://${host ?? '127.0.0.1'}:${app.port}/chat`);
  process.once('SIGINT', () => stop(app.close));
  // [[systemd、Docker、Kubernetes 用 SIGTERM 停止程序。|How systemd, Docker and Kubernetes stop a program.]]
  process.once('SIGTERM', () => stop(app.drain));
} catch (error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  console.error(
    code === 'EADDRINUSE'
      ? `[[端口 ${port} 已被占用，换一个：PORT=3001 npm start|Port ${port} is taken. Another one: PORT=3001 npm start]]`
      : message,
  );
  process.exit(1);
}
