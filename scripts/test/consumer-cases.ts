import { publicPackages } from '../workspace.mjs';

/** A small program of a user, in a folder of its own below the one in which the packed packages are installed. */
export interface ConsumerCase {
  readonly name: string;
  /** File name to text. */
  readonly files: Readonly<Record<string, string>>;
  /** Programs to run one after the other; each must end with 0. `tsc` and `node` are on the path. */
  readonly commands: readonly (readonly string[])[];
}

/** Every entry point that has code: `@minihub/server`, `@minihub/server/senparc`, … */
const entryPoints: readonly string[] = publicPackages().flatMap(({ name, manifest }) =>
  Object.entries(manifest.exports ?? {})
    .filter(([, target]) => typeof target === 'object')
    .map(([subpath]) => `${name}${subpath.slice(1)}`),
);

function tsconfig(compilerOptions: Record<string, unknown>): string {
  const strict = { strict: true, skipLibCheck: false, noEmit: true, target: 'ES2022' };
  return JSON.stringify({ compilerOptions: { ...strict, ...compilerOptions } });
}

/** The page runner is given a document, so its users have the types of one. */
const withDocument: ReadonlySet<string> = new Set(['@minihub/simulator/pages', '@minihub/simulator/dev-server']);

function nodenext(entryPoint: string): string {
  const dom = withDocument.has(entryPoint) ? ['DOM', 'DOM.Iterable'] : [];
  return tsconfig({ module: 'NodeNext', lib: ['ES2022', 'ESNext.Disposable', ...dom], types: ['node'] });
}

/** What holds for each entry point, whatever it exports. */
function casesOf(entryPoint: string): ConsumerCase[] {
  const load = `import * as all from '${entryPoint}';\nif (Object.keys(all).length === 0) throw new Error('empty');`;
  return [
    { name: `${entryPoint} is imported`, files: { 'a.mjs': load }, commands: [['node', 'a.mjs']] },
    {
      name: `${entryPoint} is required, and gives what import gives`,
      files: {
        'a.cjs': `const all = require('${entryPoint}');
          const keys = (o) => Object.keys(o).filter((k) => k !== 'default' && k !== 'module.exports').sort().join();
          import('${entryPoint}').then((other) => { if (keys(all) !== keys(other)) throw new Error(keys(all)); });`,
      },
      commands: [['node', 'a.cjs']],
    },
    {
      name: `${entryPoint} is typed for ES modules and CommonJS, declarations checked too`,
      files: {
        'a.mts': `${load}\nexport {};`,
        'b.cts': `import all = require('${entryPoint}');\nall;`,
        'tsconfig.json': nodenext(entryPoint),
      },
      commands: [['tsc', '-p', '.']],
    },
  ];
}

/** The cases. To add one, add an entry. */
export const consumerCases: readonly ConsumerCase[] = [
  ...entryPoints.flatMap(casesOf),
  {
    name: 'the client is typed where there is only ES2020: no DOM, no Node',
    files: {
      'a.ts': "import * as client from '@minihub/client';\nclient;",
      'tsconfig.json': tsconfig({ module: 'ESNext', moduleResolution: 'Bundler', lib: ['ES2020'], types: [] }),
    },
    commands: [['tsc', '-p', '.']],
  },
];
