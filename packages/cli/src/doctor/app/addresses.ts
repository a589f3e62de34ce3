import { isIP } from 'node:net';
import type { AppSeen } from './app-seen.ts';

/** Files that are for development, by their names. */
const forDevelopment = /(^|[/._-])(dev|development|local|mock|mocks|test|tests|spec)([/._-]|$)/i;

/** An address in the code, and where it stands. */
export interface Place {
  readonly where: string;
  readonly scheme: string;
  readonly host: string;
}

/** The addresses in the code that goes to phones. */
export function placesOf({ scripts }: AppSeen): readonly Place[] {
  return scripts
    .filter(({ file }) => !forDevelopment.test(file))
    .flatMap(({ file, urls }) =>
      urls.flatMap(({ url, line }) => {
        const [, scheme = '', host = ''] = /^([a-z]+):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)/i.exec(url) ?? [];
        return host === '' || namespaces.has(host.toLowerCase())
          ? []
          : [
              {
                where: `${file}:${line} ${url}`,
                scheme: scheme.toLowerCase(),
                host: host.replace(/^\[|\]$/g, '').toLowerCase(),
              },
            ];
      }),
    );
}

/** Names of XML namespaces, which nobody connects to. */
const namespaces = new Set(['www.w3.org']);

/** Whether a host can be entered into the domain list. */
export function isDomain(host: string): boolean {
  return isIP(host) === 0 && host !== 'localhost' && host.includes('.');
}
