import { type RunningDemo, startDemo } from './demo-server.ts';
import { startPhones } from './phones.ts';
import { readWechatSettings } from './rooms/rooms-access.ts';
import { greeting, type PhonesNote, readPort, whyNotStarted } from './start-texts.ts';

/** `npm start`: PORT and HOST come from the environment. */
async function main(): Promise<void> {
  const port = readPort(process.env.PORT);
  const host = process.env.HOST;
  if (port === undefined) {
    console.error(`PORT 应为 0 到 65535 的整数，而不是 ${process.env.PORT}`);
    console.error(`PORT must be a whole number from 0 to 65535, not ${process.env.PORT}`);
    process.exit(1);
  }
  try {
    const wechat = readWechatSettings(process.env);
    const demo = await startDemo({ port, wechat, ...(host ? { host } : {}) });
    stopOnSignals(demo);
    console.log(greeting(demo.port, host, wechat === undefined ? await showPhones(demo, port, host) : 'real login'));
  } catch (error) {
    console.error(whyNotStarted(error, port));
    process.exit(1);
  }
}

/** The demo is of use without its phones: what keeps them away is only told. */
async function showPhones(demo: RunningDemo, port: number, host: string | undefined): Promise<PhonesNote> {
  try {
    const phones = await startPhones({ demoPort: demo.port, port: port === 0 ? 0 : port + 1, host });
    return { url: `${phones.url}?phones=2` };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

// Launchers pass on a Ctrl+C that has reached the process already: what comes this soon is the same one.
const samePressMs = 500;

function stopOnSignals(demo: RunningDemo): void {
  let firstMs: number | undefined;
  const stop = (end: () => Promise<void>): void => {
    if (firstMs !== undefined) {
      // Who asks twice does not want to wait.
      if (performance.now() - firstMs > samePressMs) process.exit(1);
      return;
    }
    firstMs = performance.now();
    console.log('\n正在停止，再按一次立即退出 · Stopping; once more to exit at once');
    end().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => stop(demo.close));
  process.on('SIGTERM', () => stop(demo.drain));
}

await main();
