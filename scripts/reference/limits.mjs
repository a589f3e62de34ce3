import { defaultsIn, membersOf } from './declarations.mjs';
import { errorCodes } from './error-codes.mjs';
import { effects } from './limit-effects.mjs';
import { ratesEffects } from './limit-effects-rates.mjs';
import { loadSource, table } from './load-source.mjs';

/** @typedef {'en' | 'zh'} Language */
/** @typedef {{ en: string, zh: string }} Texts */
/**
 * @typedef {object} Section
 * @property {string} file where the interface stands
 * @property {string} interface
 * @property {string} [constants] where its defaults stand, when that is elsewhere
 * @property {string} [defaults] the constant; none where everything is off by default
 * @property {Texts} where how it is given
 */

const server = 'packages/server/src/defaults.ts';

/** @type {readonly Section[]} */
const sections = [
  {
    file: server,
    interface: 'HubLimits',
    defaults: 'defaultHubLimits',
    where: {
      en: 'Of a hub: `limits` of `hubs.map(path, hub, { limits })`, or of `createHubServer` for all hubs.',
      zh: '每个 hub：`hubs.map(path, hub, { limits })` 的 `limits`，或写在 `createHubServer` 中对所有 hub 生效。',
    },
  },
  {
    file: 'packages/server/src/limits/rate-limits.ts',
    interface: 'ConnectRates',
    where: {
      en: '`rateLimits.connects`, of the server, a hub or a raw endpoint. Each is a rate: `{ perSecond, burst }`.',
      zh: '`rateLimits.connects`，可用于服务器、hub 或原始端点。每项都是一个速率：`{ perSecond, burst }`。',
    },
  },
  {
    file: 'packages/server/src/limits/rate-limits.ts',
    interface: 'MessageRates',
    where: {
      en: '`rateLimits.messages` and, for single methods, `rateLimits.methods.<name>`.',
      zh: '`rateLimits.messages`，以及针对单个方法的 `rateLimits.methods.<name>`。',
    },
  },
  {
    file: server,
    interface: 'StatefulReconnect',
    defaults: 'defaultStatefulReconnect',
    where: {
      en: '`statefulReconnect`, of the server or a hub. Off unless given.',
      zh: '`statefulReconnect`，用于服务器或 hub。默认关闭。',
    },
  },
  {
    file: server,
    interface: 'SlowClients',
    defaults: 'defaultSlowClients',
    where: {
      en: '`slowClients`, of the server, a hub or a raw endpoint.',
      zh: '`slowClients`，用于服务器、hub 或原始端点。',
    },
  },
  {
    file: server,
    interface: 'Compression',
    defaults: 'defaultCompression',
    where: {
      en: '`compression`, of the server, a hub or a raw endpoint. Off unless given.',
      zh: '`compression`，用于服务器、hub 或原始端点。默认关闭。',
    },
  },
  {
    file: server,
    interface: 'RawLimits',
    defaults: 'defaultRawLimits',
    where: { en: 'Of a raw endpoint: `limits` of `hubs.mapRaw`.', zh: '每个原始端点：`hubs.mapRaw` 的 `limits`。' },
  },
  {
    file: server,
    interface: 'ServerLimits',
    defaults: 'defaultServerLimits',
    where: { en: '`serverLimits` of `createHubServer`.', zh: '`createHubServer` 的 `serverLimits`。' },
  },
  {
    file: server,
    interface: 'DrainOptions',
    defaults: 'defaultDrain',
    where: { en: 'Of `hubs.drain()`.', zh: '`hubs.drain()` 的参数。' },
  },
  {
    file: 'packages/protocol/src/codec.ts',
    interface: 'DecoderLimits',
    constants: 'packages/protocol/src/defaults.ts',
    defaults: 'defaultDecoderLimits',
    where: {
      en: 'Of each decoder. A hub sets the first two by its `limits`; the others hold as they are. 0 turns each off.',
      zh: '每个解码器的限制。hub 通过 `limits` 设置前两项，其余保持默认。0 表示关闭。',
    },
  },
  {
    file: 'packages/client/src/hub/hub-options.ts',
    interface: 'HubConnectionOptions',
    defaults: 'hubDefaults',
    where: { en: 'Of the client’s `connect`.', zh: '客户端 `connect` 的选项。' },
  },
  {
    file: 'packages/client/src/hub/reconnect-policy.ts',
    interface: 'ReconnectOptions',
    defaults: 'reconnectDefaults',
    where: {
      en: '`reconnect` of the client’s `connect`; `false` turns it off.',
      zh: '客户端 `connect` 的 `reconnect`；`false` 表示关闭。',
    },
  },
  {
    file: 'packages/client/src/web-socket/web-socket-options.ts',
    interface: 'WebSocketClassOptions',
    defaults: 'webSocketDefaults',
    where: { en: 'Of `createWebSocketClass`.', zh: '`createWebSocketClass` 的选项。' },
  },
];

const elsewhere = { WebSocketClassOptions: ['packages/client/src/web-socket/socket-port.ts', 'SocketOptions'] };

const words = {
  en: {
    title: '# Limits and timeouts',
    other: '[简体中文](limits.zh-CN.md)',
    about:
      'Made from the constants and their doc comments by `npm run reference`; what happens is told in [the guide](../guide/limits.md).',
    columns: ['option', 'default', 'unit', 'off', 'what it is', 'what happens', 'code'],
    range: '– (from 1)',
    none: '–',
    off: 'off',
  },
  zh: {
    title: '# 限制与超时',
    other: '[English](limits.md)',
    about:
      '由 `npm run reference` 从常量及其文档注释生成（“说明”一栏取自源码注释，保留英文）。用法见[指南](../guide/limits.zh-CN.md)。',
    columns: ['选项', '默认值', '单位', '关闭值', '说明（英文）', '达到后会怎样', '代码'],
    range: '–（从 1 起）',
    none: '–',
    off: '关闭',
  },
};

/** @param {string} name @param {unknown} value */
function unitOf(name, value) {
  if (typeof value === 'boolean' || typeof value === 'string') return '–';
  if (value === undefined) return name === 'onExcess' ? '–' : '1/s';
  if (name.endsWith('Ms')) return 'ms';
  if (/Bytes$/.test(name)) return 'B';
  return name === 'perSecond' ? '1/s' : 'count';
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === 'number' ? value.toLocaleString('en-US').replaceAll(',', '_') : `\`${String(value)}\``;
}

/** What turns it off, in the words of its doc comment. @param {import('./declarations.mjs').Member} member @param {unknown} value @param {Language} language @param {string} where */
function offOf({ name, text }, value, language, where) {
  const { range, none } = words[language];
  if (typeof value === 'boolean') return '`false`';
  if (typeof value === 'string' || name === 'onExcess') return none;
  if (value === undefined) return '0';
  if (/\b0 (?:turns|is no limit|compresses all)/.test(text) || /0 turns each off/.test(where)) return '0';
  if (/Range 1 and up/.test(text) || /must be positive/i.test(text)) return range;
  return effects[`off:${name}`]?.[language] ?? fail(`'${name}' does not say what turns it off`);
}

/** @param {string} text @returns {never} */
function fail(text) {
  throw new Error(text);
}

/** What `@defaultValue` says must be what the constant is. @param {string} key @param {string | undefined} said @param {unknown} value */
function assertDefault(key, said, value) {
  const number = /^[\d_]+/.exec(said ?? '')?.[0];
  const agrees =
    typeof value === 'number' ? Number(number?.replaceAll('_', '')) === value : said?.includes(String(value));
  if (!agrees) fail(`${key}: the doc comment says ${said}, the constant is ${String(value)}`);
}

/** @param {Section} section @returns {Promise<readonly { member: import('./declarations.mjs').Member, value: unknown }[]>} */
async function rowsOf(section) {
  const own = membersOf(section.file, section.interface);
  const [file, name] = elsewhere[/** @type {keyof typeof elsewhere} */ (section.interface)] ?? [];
  const members = file === undefined || name === undefined ? own : [...membersOf(file, name), ...own];
  if (section.defaults === undefined) return members.map((member) => ({ member, value: undefined }));
  const source = await loadSource(section.constants ?? section.file);
  const values = /** @type {Record<string, unknown>} */ (source[section.defaults]);
  return Object.entries(values).map(([option, value]) => {
    const member =
      members.find((candidate) => candidate.name === option) ?? fail(`${option} is not in ${section.interface}`);
    assertDefault(`${section.interface}.${option}`, member.defaultValue, value);
    return { member, value };
  });
}

/** The page of limits and timeouts, in both languages. */
export async function limitPages() {
  const codes = await errorCodes();
  const known = new Set(codes.flatMap(({ entries }) => entries.map(([code]) => code)));
  const told = { ...effects, ...ratesEffects };
  const unused = new Set(Object.keys(told).filter((key) => !key.startsWith('off:')));
  for (const [constant] of defaultsIn(server)) {
    if (!sections.some(({ defaults }) => defaults === constant)) fail(`limits.mjs has no section for ${constant}`);
  }
  const contents = await Promise.all(sections.map(async (section) => ({ section, rows: await rowsOf(section) })));
  const page = (/** @type {Language} */ language) => {
    const { title, other, about, columns, off } = words[language];
    const parts = contents.map(({ section, rows }) => {
      const lines = rows.map(({ member, value }) => {
        const key = `${section.interface}.${member.name}`;
        const effect = told[key] ?? fail(`${key} is not in limit-effects.mjs`);
        unused.delete(key);
        const unknown = (effect.codes ?? []).find((code) => !known.has(code));
        if (unknown !== undefined) fail(`${key} names ${unknown}, which is no code`);
        const standard = value === undefined ? (member.defaultValue ?? off) : shown(value);
        return [
          `\`${member.name}\``,
          standard,
          unitOf(member.name, value),
          offOf(member, value, language, section.where.en),
          member.text,
          effect[language],
          (effect.codes ?? []).map((code) => `\`${code}\``).join(', '),
        ];
      });
      return `## \`${section.interface}\`\n\n${section.where[language]}\n\n${table(columns, lines)}`;
    });
    return `${[title, other, about, ...parts].join('\n\n')}\n`;
  };
  const pages = { 'docs/reference/limits.md': page('en'), 'docs/reference/limits.zh-CN.md': page('zh') };
  if (unused.size > 0) fail(`limit-effects.mjs tells of options that do not exist: ${[...unused].join(', ')}`);
  return pages;
}
