import { loadSource } from './load-source.mjs';

/** The tables of codes: each package's own, where its meanings stand. */
const tables = [
  ['@minihub/server', 'packages/server/src/errors.ts', 'serverErrorCodes'],
  ['@minihub/client', 'packages/client/src/errors.ts', 'clientErrorCodes'],
  ['@minihub/protocol', 'packages/protocol/src/errors.ts', 'protocolErrorCodes'],
  ['@minihub/wechat', 'packages/wechat/src/errcodes.ts', 'wechatErrorCodes'],
  ['@minihub/cli', 'packages/cli/src/errors.ts', 'cliErrorCodes'],
];

/** Every code of every package, with its meaning. */
export async function errorCodes() {
  return Promise.all(
    tables.map(async ([name = '', file = '', constant = '']) => {
      const source = await loadSource(file);
      return { package: name, entries: Object.entries(/** @type {Record<string, string>} */ (source[constant])) };
    }),
  );
}
