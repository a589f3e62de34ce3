import { cliError } from '../errors.ts';

/** Where an endpoint is, from its URL. */
export interface Place {
  readonly url: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

const schemes: Readonly<Record<string, boolean>> = { 'wss:': true, 'https:': true, 'ws:': false, 'http:': false };

/**
 * Reads the URL of an endpoint. `https:` and `http:` are taken for what a SignalR client makes of them.
 * @throws MH_CLI_INVALID_VALUE
 */
export function readPlace(text: string): Place {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `wss://${text}`;
  let url: URL;
  try {
    url = new URL(address);
  } catch (error) {
    throw cliError(
      'MH_CLI_INVALID_VALUE',
      {
        en: `"${text}" is no URL. An endpoint looks like wss://example.com/hub`,
        zh: `“${text}”不是 URL。接口的地址形如 wss://example.com/hub`,
      },
      error,
    );
  }
  const secure = schemes[url.protocol];
  if (secure === undefined || url.hostname === '')
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: `"${text}" is no WebSocket URL. An endpoint looks like wss://example.com/hub`,
      zh: `“${text}”不是 WebSocket 的 URL。接口的地址形如 wss://example.com/hub`,
    });
  if (url.username !== '' || url.password !== '')
    throw cliError('MH_CLI_INVALID_VALUE', {
      en: 'The URL holds a password, which phones do not send. Use --token or --header.',
      zh: 'URL 中带有密码，而手机不会发送它。请用 --token 或 --header。',
    });
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const shown = `${secure ? 'wss' : 'ws'}://${url.host}${url.pathname}`;
  return { url: shown, secure, host, port, path: `${url.pathname}${url.search}` };
}
