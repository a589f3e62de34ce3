/** The apps that mini programs run in. */
export type MiniProgramPlatform = 'wechat' | 'qq' | 'douyin' | 'baidu' | 'alipay';

/**
 * The mini program that a request says it comes from, by its `Referer`. Mini programs cannot change that header, but
 * every other program can: it is a hint, not a proof. Who the user is only a login can tell.
 */
export interface MiniProgram {
  readonly platform: MiniProgramPlatform;
  /** The app id: `wx` and 16 hexadecimal digits for WeChat. */
  readonly appId: string;
  /** The version as the platform writes it; for WeChat a number that grows with each release, `0` or `devtools`. */
  readonly version: string;
  /** `preview` stands for development, trial and audit versions, `devtools` for the developer tools. */
  readonly channel: 'release' | 'preview' | 'devtools';
}

interface Shape {
  readonly platform: MiniProgramPlatform;
  /** What a Referer of that platform begins with, well-formed or not. */
  readonly claims: RegExp;
  readonly form: RegExp;
}

// Each is one fixed prefix and two bounded pieces: linear in whatever is sent.
const version = String.raw`([\w.-]{1,32})`;
const shapes: readonly Shape[] = [
  {
    platform: 'wechat',
    claims: /^https?:\/\/servicewechat\.com(?:[/:?#]|$)/i,
    form: /^https:\/\/servicewechat\.com\/(wx[0-9a-f]{16})\/(\d{1,10}|devtools)\/page-frame\.html$/,
  },
  {
    platform: 'qq',
    claims: /^https?:\/\/appservice\.qq\.com(?:[/:?#]|$)/i,
    form: new RegExp(String.raw`^https:\/\/appservice\.qq\.com\/(\d{5,20})\/${version}\/page-frame\.html$`),
  },
  {
    platform: 'douyin',
    claims: /^https?:\/\/tmaservice\.developer\.toutiao\.com(?:[/:?#]|$)/i,
    form: new RegExp(
      String.raw`^https:\/\/tmaservice\.developer\.toutiao\.com\/?\?appid=(tt[0-9a-z]{14,20})&version=${version}$`,
    ),
  },
  {
    platform: 'baidu',
    claims: /^https?:\/\/smartapps?\.(?:baidu\.com|cn)(?:[/:?#]|$)/i,
    form: new RegExp(
      String.raw`^https:\/\/smartapp(?:\.baidu\.com|s\.cn)\/([0-9A-Za-z]{5,64})\/${version}\/page-frame\.html$`,
    ),
  },
  {
    // Behind the `#` there is the page, with its query.
    platform: 'alipay',
    claims: /^https?:\/\/[\w-]{1,63}\.hybrid\.alipay-eco\.com(?:[/:?#]|$)/i,
    form: new RegExp(
      String.raw`^https:\/\/(\d{10,20})\.hybrid\.alipay-eco\.com\/\1\/${version}\/index\.html(?:#[^\s]{0,2048})?$`,
    ),
  },
];

/** Reads a Referer. `undefined` for everything that is not exactly what a platform sends. @see mini-program.md 1.5 */
export function parseMiniProgram(referer: string | undefined): MiniProgram | undefined {
  if (referer === undefined) return undefined;
  for (const { platform, form } of shapes) {
    const [, appId, found] = form.exec(referer) ?? [];
    if (appId !== undefined && found !== undefined) {
      return { platform, appId, version: found, channel: channelOf(platform, found) };
    }
  }
  return undefined;
}

/** Whether a Referer says that it is a mini program's, be that well-formed or not. */
export function claimsMiniProgram(referer: string | undefined): boolean {
  return referer !== undefined && shapes.some(({ claims }) => claims.test(referer));
}

/** Only of WeChat is it known how versions that are not released look. */
function channelOf(platform: MiniProgramPlatform, version: string): MiniProgram['channel'] {
  if (platform !== 'wechat') return 'release';
  return version === '0' ? 'preview' : version === 'devtools' ? 'devtools' : 'release';
}
