import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cliError } from '../../errors.ts';
import type { AppSeen } from './app-seen.ts';
import { memberOf, readJson } from './json-file.ts';
import { lookAtPackage } from './npm-packages.ts';
import { readScript } from './script.ts';

/** A project with more files than this is no mini program. */
const maxFiles = 20_000;

function filesOf(root: string): string[] {
  const files: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(path);
    }
    if (files.length > maxFiles)
      throw cliError('MH_CLI_UNREADABLE', {
        en: `${root} has more than ${maxFiles} files: is it a mini program?`,
        zh: `${root} 中的文件超过 ${maxFiles} 个：它是小程序吗？`,
      });
  }
  return files.sort();
}

/** Never shipped, whatever is in it. */
const notShipped = /^project\.(private\.)?config\.json$|^package(-lock)?\.json$|\.(md|d\.ts|map)$/;

function sizesOf(
  root: string,
  files: readonly string[],
  appJson: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, number> {
  const listed = appJson.subPackages ?? appJson.subpackages;
  const roots = (Array.isArray(listed) ? listed : []).flatMap(({ root: folder }: { root?: unknown }) =>
    typeof folder === 'string' ? [`${folder.replace(/^\/|\/$/g, '')}/`] : [],
  );
  const sizes = new Map<string, number>([['', 0], ...roots.map((folder) => [folder, 0] as const)]);
  for (const file of files.filter((name) => !notShipped.test(name))) {
    const owner = roots.find((folder) => file.startsWith(folder)) ?? '';
    sizes.set(owner, (sizes.get(owner) ?? 0) + statSync(join(root, file)).size);
  }
  return sizes;
}

function projectOf(folder: string) {
  const config = readJson(join(folder, 'project.config.json'));
  const own = readJson(join(folder, 'project.private.config.json'));
  const setting = { ...memberOf(config, 'setting'), ...memberOf(own, 'setting') };
  const off = [
    ['project.config.json', config],
    ['project.private.config.json', own],
  ] as const;
  const lib = own?.libVersion ?? config?.libVersion;
  return {
    root: typeof config?.miniprogramRoot === 'string' ? join(folder, config.miniprogramRoot) : folder,
    urlCheckOff: off.filter(([, one]) => memberOf(one, 'setting').urlCheck === false).map(([name]) => name),
    es6: setting.es6 !== false,
    enhance: setting.enhance === true,
    ...(typeof lib === 'string' && /^\d+\.\d+/.test(lib) ? { libVersion: lib } : {}),
  };
}

/** Whether a script asks for a package: those that only the server beside it needs are not packed. */
function asksFor(text: string, name: string): boolean {
  return ["'", '"'].some((quote) => text.includes(`${quote}${name}${quote}`) || text.includes(`${quote}${name}/`));
}

/**
 * Reads the folder of a mini program: the one with project.config.json, or with app.json.
 * @throws MH_CLI_UNREADABLE when it is no mini program
 */
export function readApp(folder: string, domains: readonly string[]): AppSeen {
  const { root, ...project } = projectOf(folder);
  const appJson = readJson(join(root, 'app.json'));
  if (appJson === undefined)
    throw cliError('MH_CLI_UNREADABLE', {
      en: `There is no app.json in ${root}: --app is the folder of a mini program.`,
      zh: `${root} 中没有 app.json：--app 应为小程序的目录。`,
    });
  const files = filesOf(root);
  const timeout = memberOf(appJson, 'networkTimeout').connectSocket;
  // What npm packages contain was built; whether they can be is looked at below.
  const own = files.filter((file) => file.endsWith('.js') && !file.split('/').includes('miniprogram_npm'));
  const texts = own.map((file) => readFileSync(join(root, file), 'utf8'));
  const home = [root, folder].find((place) => existsSync(join(place, 'package.json')));
  const dependencies = home === undefined ? {} : memberOf(readJson(join(home, 'package.json')), 'dependencies');
  return {
    ...project,
    ...(typeof timeout === 'number' ? { connectTimeoutMs: timeout } : {}),
    packageBytes: sizesOf(root, files, appJson),
    scripts: own.map((file, i) => readScript(file, texts[i] as string)),
    npm: Object.keys(dependencies)
      .filter((name) => texts.some((text) => asksFor(text, name)))
      .map((name) => lookAtPackage(name, join(home ?? root, 'node_modules'))),
    domains,
  };
}
