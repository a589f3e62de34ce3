/**
 * Makes sure that the programs which the tests start are there. On Debian and Ubuntu, as root, it installs what is
 * missing; elsewhere it says what is missing and fails. When nothing is missing it does nothing, quickly.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The one list of what the tests need beyond Node.
 * `programs`: where there are no Debian packages, any of these on the path will do. Fonts cannot be looked for there;
 * desktop systems bring theirs.
 * @type {readonly { package: string, why: string, programs: readonly string[] }[]}
 */
const needs = [
  {
    package: 'chromium',
    why: 'the demo page and the client are tested in a real browser',
    programs: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  },
  { package: 'openssl', why: 'the certificates of the tests, good and bad, are made with it', programs: ['openssl'] },
  {
    package: 'nginx',
    why: 'the configurations of the command line are tested in the real proxies',
    programs: ['nginx'],
  },
  { package: 'haproxy', why: 'the same', programs: ['haproxy'] },
  { package: 'caddy', why: 'the same', programs: ['caddy'] },
  { package: 'apache2', why: 'the same', programs: ['apache2', 'httpd'] },
  { package: 'fonts-noto-cjk', why: 'the pages are also Chinese; screenshots would show boxes', programs: [] },
  { package: 'fonts-noto-color-emoji', why: 'chat messages carry emoji; screenshots would show boxes', programs: [] },
];

/** @param {string} program */
function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function isDebian() {
  if (!existsSync('/etc/os-release') || !onPath('dpkg-query')) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Says whether Debian's package is installed. @param {string} name */
function isInstalled(name) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholder
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status}', name], { encoding: 'utf8' });
  return stdout === 'installed';
}

/** @param {readonly string[]} args */
function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { stdio: 'inherit', env });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} ended with ${status}`);
}

const debian = isDebian();
const missing = debian
  ? needs.filter((need) => !isInstalled(need.package))
  : needs.filter(({ programs }) => programs.length > 0 && !programs.some(onPath));

if (missing.length > 0) {
  const names = missing.map((need) => need.package);
  for (const need of missing) console.log(`missing: ${need.package} (${need.why})`);
  if (debian && process.getuid?.() === 0) {
    aptGet(['update', '--quiet']);
    aptGet(['install', '--quiet', '--yes', '--no-install-recommends', ...names]);
  } else {
    const how = debian ? `sudo apt-get install ${names.join(' ')}` : 'install these with your system, on the PATH';
    console.log(`The tests need them: ${how}`);
    process.exitCode = 1;
  }
}
