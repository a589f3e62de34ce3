import { defineConfig } from 'vitest/config';

// `main` before `module`: a package's ES modules for bundlers often do not run on Node (the official SignalR client's).
const source = { conditions: ['@minihub/source', 'node'], mainFields: ['main', 'module'] };

// Two suites: `unit` needs nothing but Node and is done in a minute; `integration` opens sockets, starts browsers and proxies.
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['packages/*/test/**/*.integration.test.ts', 'examples/*/test/**/*.integration.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
