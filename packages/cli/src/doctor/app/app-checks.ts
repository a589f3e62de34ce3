import { same, type Text } from '@minihub/command-line';
import type { Fact } from '../facts.ts';
import { defineKinds, type Finding, type FindingKind, found } from '../finding.ts';
import { isDomain, placesOf } from './addresses.ts';
import type { AppSeen } from './app-seen.ts';

const kinds = {
  ...defineKinds('D4', {
    'app-url-check-off': {
      severity: 'warning',
      title: { en: 'The tools do not verify domains', zh: '开发者工具没有校验合法域名' },
      means: {
        en: 'What works in the tools says nothing of phones: domains, TLS and certificates are not looked at.',
        zh: '工具里能用不代表真机能用：域名、TLS、证书都没有校验。',
      },
      mend: {
        en: 'Set setting.urlCheck to true, at least before a release.',
        zh: '把 setting.urlCheck 设为 true，至少在发布之前。',
      },
    },
    'app-insecure-url': {
      title: { en: 'The code has addresses without TLS', zh: '代码中有不带 TLS 的地址' },
      means: { en: 'A released mini program refuses ws: and http:.', zh: '正式版小程序拒绝 ws: 与 http:。' },
      mend: {
        en: 'Use wss: and https:. Files with dev, local, mock or test in their names are not looked at.',
        zh: '改用 wss: 与 https:。文件名含 dev、local、mock、test 的文件不检查。',
      },
    },
    'app-no-domain': {
      title: { en: 'The code has addresses without a domain', zh: '代码中有不是域名的地址' },
      means: {
        en: 'IP addresses and localhost cannot be in the domain list.',
        zh: 'IP 地址与 localhost 不能填入服务器域名。',
      },
      mend: { en: 'Use a domain name.', zh: '使用域名。' },
    },
    'app-domain-not-listed': {
      title: { en: 'The code has domains that are not listed', zh: '代码中有未列入的域名' },
      means: { en: 'A phone answers `url not in domain list`.', zh: '手机上会报 `url not in domain list`。' },
      mend: {
        en: 'Enter each in the console of the mini program; a parent domain does not cover them.',
        zh: '在小程序后台逐个填写；父域名不包含子域名。',
      },
    },
  }),
  ...defineKinds(undefined, {
    'app-connect-timeout': {
      severity: 'warning',
      title: { en: 'networkTimeout.connectSocket is unusual', zh: 'networkTimeout.connectSocket 的值不寻常' },
      means: {
        en: 'Below 5 s slow networks never connect; above 60 s is not honoured by old versions.',
        zh: '低于 5 秒时慢网络永远连不上；高于 60 秒旧版本不支持。',
      },
      mend: {
        en: 'Leave it at 60000, or set a value from 5000 to 60000.',
        zh: '保持 60000，或取 5000 到 60000 之间的值。',
      },
    },
    'app-many-sockets': {
      severity: 'warning',
      title: { en: 'More than 5 places open sockets', zh: '打开 WebSocket 的位置超过 5 处' },
      means: {
        en: 'A mini program may have 5 sockets at once: `exceed max concurrent count`.',
        zh: '小程序最多同时有 5 个 WebSocket：`exceed max concurrent count`。',
      },
      mend: {
        en: 'Share one connection in app.js, or close it in onUnload.',
        zh: '在 app.js 中共用一个连接，或在 onUnload 中关闭。',
      },
    },
    'app-socket-not-closed': {
      severity: 'warning',
      title: { en: 'A page opens a socket and never closes it', zh: '页面打开 WebSocket 却从不关闭' },
      means: { en: 'Each visit of the page takes one of the 5 sockets.', zh: '每次进入页面都会占用 5 个连接之一。' },
      mend: {
        en: 'Close it in onUnload, or keep one connection in app.js.',
        zh: '在 onUnload 中关闭，或在 app.js 中保持一个连接。',
      },
    },
    'app-old-library': {
      severity: 'warning',
      title: { en: 'The base library is very old', zh: '基础库版本过低' },
      means: {
        en: 'Before 2.10.0 connectSocket has no timeout, before 2.0.0 onOpen has no headers, before 1.7.0 there is one socket only.',
        zh: '2.10.0 之前 connectSocket 没有 timeout，2.0.0 之前 onOpen 没有 header，1.7.0 之前只能有一个连接。',
      },
      mend: {
        en: 'Set libVersion in project.config.json to 2.10.0 or later, and the minimum in the console.',
        zh: '把 project.config.json 的 libVersion 设为 2.10.0 以上，并在后台设置最低版本。',
      },
    },
    'app-package-too-large': {
      title: { en: 'A package is larger than 2 MB', zh: '分包超过 2 MB' },
      means: {
        en: 'It cannot be uploaded: `source size … exceed max limit 2 MB` (80051).',
        zh: '无法上传：`source size … exceed max limit 2 MB`（80051）。',
      },
      mend: { en: 'Move pages into sub-packages, and pictures to a CDN.', zh: '把页面移入分包，图片放到 CDN。' },
    },
    'app-unreadable-syntax': {
      title: { en: 'The compiler of the tools cannot read the code', zh: '开发者工具的编译器无法读取代码' },
      means: { en: 'The build stops, or the page is blank.', zh: '编译中断，或页面空白。' },
      mend: {
        en: 'Switch "enhanced compilation" on (setting.enhance), or write it in older syntax.',
        zh: '启用“增强编译”（setting.enhance），或改用旧语法。',
      },
    },
    'app-npm-unreadable': {
      title: { en: 'An npm package cannot be packed', zh: 'npm 包无法构建' },
      means: { en: '"module is not defined" when the page is opened.', zh: '打开页面时报 “module is not defined”。' },
      mend: {
        en: 'Use one that has a miniprogram_dist folder (as @minihub/client), or bundle it yourself.',
        zh: '改用带 miniprogram_dist 目录的包（如 @minihub/client），或自行打包。',
      },
    },
  }),
};

/** Every kind of finding about a mini program. The page of findings is made from it. @public */
export const appKinds: readonly FindingKind[] = Object.values(kinds);

/** The largest package that can be uploaded, in bytes. */
const maxPackageBytes = 2 * 1024 * 1024;

/** Some of many, as a person can read it. */
function listed(items: readonly string[]): Text {
  const more = items.length - 5;
  const shown = items.slice(0, 5).join('; ');
  return more > 0 ? { en: `${shown}; and ${more} more`, zh: `${shown}；以及另外 ${more} 处` } : same(shown);
}

function findingIf(one: FindingKind, items: readonly string[]): readonly Finding[] {
  return items.length === 0 ? [] : [found(one, listed(items))];
}

function addressFindings(app: AppSeen): readonly Finding[] {
  const places = placesOf(app);
  const hosts = app.domains.map((entry) =>
    entry
      .replace(/^[a-z]+:\/\//i, '')
      .replace(/[:/].*$/, '')
      .toLowerCase(),
  );
  const unknown = hosts.length === 0 ? [] : places.filter(({ host }) => isDomain(host) && !hosts.includes(host));
  return [
    ...findingIf(
      kinds['app-insecure-url'],
      places.filter(({ scheme }) => scheme === 'ws' || scheme === 'http').map(({ where }) => where),
    ),
    ...findingIf(
      kinds['app-no-domain'],
      places
        .filter(({ scheme, host }) => (scheme === 'wss' || scheme === 'https') && !isDomain(host))
        .map(({ where }) => where),
    ),
    ...findingIf(
      kinds['app-domain-not-listed'],
      unknown.map(({ where }) => where),
    ),
  ];
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of than.entries()) if ((parts[index] ?? 0) !== wanted) return (parts[index] ?? 0) < wanted;
  return false;
}

function syntaxFindings({ scripts, es6, enhance }: AppSeen): readonly Finding[] {
  const oldCompiler = es6 && !enhance;
  const items = scripts.flatMap(({ file, error, tooNew }) => {
    if (error !== undefined) return [`${file}: ${error}`];
    return oldCompiler ? tooNew.map(({ what, line }) => `${file}:${line} ${what}`) : [];
  });
  return findingIf(kinds['app-unreadable-syntax'], items);
}

function socketFindings({ scripts }: AppSeen): readonly Finding[] {
  const opening = scripts.filter(({ opens }) => opens > 0);
  const total = opening.reduce((sum, { opens }) => sum + opens, 0);
  const pages = opening.filter(({ file, closes }) => !closes && !/^app\.js$/.test(file));
  const perFile = opening.map(({ file, opens }) => `${file}: ${opens}`);
  return [
    ...(total > 5 ? findingIf(kinds['app-many-sockets'], perFile) : []),
    ...findingIf(
      kinds['app-socket-not-closed'],
      pages.map(({ file }) => file),
    ),
  ];
}

/** What is wrong with a mini program. Pure. */
export function diagnoseApp(app: AppSeen): readonly Finding[] {
  const { connectTimeoutMs, libVersion, packageBytes, npm } = app;
  const large = [...packageBytes].filter(([, bytes]) => bytes > maxPackageBytes);
  const isUnusual = connectTimeoutMs !== undefined && (connectTimeoutMs < 5_000 || connectTimeoutMs > 60_000);
  return [
    ...findingIf(kinds['app-url-check-off'], app.urlCheckOff),
    ...addressFindings(app),
    ...(isUnusual ? [found(kinds['app-connect-timeout'], same(`${connectTimeoutMs} ms`))] : []),
    ...socketFindings(app),
    ...(libVersion !== undefined && isOlder(libVersion, [2, 10, 0])
      ? [found(kinds['app-old-library'], same(libVersion))]
      : []),
    ...findingIf(
      kinds['app-package-too-large'],
      large.map(([root, bytes]) => `${root === '' ? 'main' : root} ${(bytes / 1024 / 1024).toFixed(1)} MB`),
    ),
    ...syntaxFindings(app),
    ...npm.flatMap(({ name, problem }) =>
      problem === undefined
        ? []
        : [found(kinds['app-npm-unreadable'], { en: `${name}: ${problem.en}`, zh: `${name}：${problem.zh}` })],
    ),
  ];
}

/** What a mini program is like. */
export function appFacts(app: AppSeen): readonly Fact[] {
  const hosts = new Set(
    placesOf(app)
      .filter(({ host, scheme }) => isDomain(host) && (scheme === 'wss' || scheme === 'https'))
      .map(({ host, scheme }) => `${scheme}://${host}`),
  );
  const sizes = [...app.packageBytes].map(
    ([root, bytes]) => `${root === '' ? 'main' : root} ${Math.ceil(bytes / 1024)} KB`,
  );
  return [
    { about: { en: 'packages', zh: '分包' }, value: same(sizes.join(', ')) },
    { about: { en: 'base library', zh: '基础库' }, value: same(app.libVersion ?? 'latest') },
    { about: { en: 'domains in the code', zh: '代码中的域名' }, value: same([...hosts].join(', ') || '-') },
    { about: { en: 'npm packages', zh: 'npm 包' }, value: same(app.npm.map(({ name }) => name).join(', ') || '-') },
  ];
}
