import { defineConfig } from 'vitest/config';

// No `module`, and `main` before it: a package's ES modules for bundlers often do not run on Node (the official SignalR
// client's do not). No `import` either: vitest hands the conditions on to Node, whose `require` would then find ES modules.
const source = { conditions: ['@minihub/source', 'node'], mainFields: ['main', 'module'] };

// Two suites: `unit` needs nothing but Node and is done in a minute; `integration` opens sockets, starts browsers,
// proxies and package managers, and needs a build. Type tests (`*.test-d.ts`) are checked by `npm run types`.
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    // What a test prints is shown when it fails.
    silent: 'passed-only',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{packages,examples}/*/test/**/*.integration.test.ts', 'scripts/test/**/*.integration.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Browsers and servers that share few cores with each other only get slower, and then time out.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
