/**
 * Which way imports may point. Each rule is shown to work by a planted violation in
 * `scripts/test/import-rules.integration.test.ts`.
 * @type {import('dependency-cruiser').IConfiguration}
 */
module.exports = {
  forbidden: [
    {
      name: 'protocol-is-pure',
      comment:
        'protocol holds no I/O, no clock and no dependency, so that it can be tested with plain data and shipped to mini programs. Take the thing as an argument, or move the code to the package that owns it.',
      severity: 'error',
      from: { path: '^packages/protocol/src/' },
      to: { pathNot: '^packages/protocol/src/' },
    },
    {
      name: 'client-imports-only-protocol',
      comment:
        'client is installed into mini programs and has no dependency at run time: protocol is inlined by the build, the platform is handed in.',
      severity: 'error',
      from: { path: '^packages/client/src/' },
      to: { pathNot: ['^packages/client/src/', '^packages/protocol/src/index\\.ts$'] },
    },
    {
      name: 'server-imports-protocol-and-node',
      comment:
        'server has no dependency from elsewhere: it takes WebSocket frames apart itself. Everything else is handed in through a contract, or is a declared optional peer.',
      severity: 'error',
      from: { path: '^packages/server/src/' },
      to: {
        pathNot: ['^packages/server/src/', '^packages/protocol/src/index\\.ts$'],
        dependencyTypesNot: ['core', 'npm-peer', 'npm-optional'],
      },
    },
    {
      name: 'simulator-imports-ws-and-node',
      comment:
        'simulator stands in for a phone, under any test runner. It may not know the client that it tests, nor the server that it talks to.',
      severity: 'error',
      from: { path: '^packages/simulator/src/' },
      to: {
        pathNot: ['^packages/simulator/src/', '^packages/command-line/src/index\\.ts$', 'node_modules/(@types/)?ws/'],
        dependencyTypesNot: ['core', 'npm-peer', 'npm-optional'],
      },
    },
    {
      name: 'wechat-imports-server-and-node',
      comment:
        "wechat is five calls over Node's own fetch. What it adds to a server it adds through what the server exports.",
      severity: 'error',
      from: { path: '^packages/wechat/src/' },
      to: {
        pathNot: ['^packages/wechat/src/', '^packages/server/src/index\\.ts$'],
        dependencyTypesNot: ['core', 'npm-peer', 'npm-optional'],
      },
    },
    {
      name: 'cli-imports-protocol-ws-acorn-and-node',
      comment:
        'The doctor looks at any server, so it may not know ours: what it sends it writes itself. acorn reads a mini program as WeChat’s packer does.',
      severity: 'error',
      from: { path: '^packages/cli/src/' },
      to: {
        pathNot: [
          '^packages/cli/(src/|package\\.json$)',
          '^packages/(protocol|command-line)/src/index\\.ts$',
          'node_modules/(@types/)?(ws|acorn)/',
        ],
        dependencyTypesNot: ['core', 'npm-peer', 'npm-optional'],
      },
    },
    {
      name: 'create-minihub-imports-node',
      comment:
        'npm downloads create-minihub for one run, so it brings nothing along. What a project needs stands in its template, and is installed there.',
      severity: 'error',
      from: { path: '^packages/create-minihub/src/' },
      to: {
        pathNot: ['^packages/create-minihub/(src/|package\\.json$)', '^packages/command-line/src/index\\.ts$'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'command-line-imports-node',
      comment: 'command-line is built into every program of ours, so what it brought along would be in all of them.',
      severity: 'error',
      from: { path: '^packages/command-line/src/' },
      to: { pathNot: ['^packages/command-line/src/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-reaching-into-a-package',
      comment:
        'What a package does not export is not promised to anybody. Import it by its name (`@minihub/protocol`), and export what is missing.',
      severity: 'error',
      from: { path: '^(packages/[^/]+|examples/[^/]+|bench)/' },
      to: {
        // The helpers of another package's tests may be borrowed by tests.
        path: '^packages/[^/]+/(?!test/)',
        pathNot: '^$1/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased-workspace', 'npm', 'npm-dev'],
      },
    },
    {
      name: 'no-cycle',
      comment: 'A cycle makes the order of evaluation a matter of luck. Move what both sides need into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'sources-do-not-import-tests',
      comment: 'What is shipped must not need what is not.',
      severity: 'error',
      from: { path: '^(packages|examples)/[^/]+/src/' },
      to: { path: ['^(packages|examples)/[^/]+/test/', '\\.(test|test-d)\\.ts$'] },
    },
    {
      name: 'sources-import-declared-dependencies',
      comment:
        'An import that package.json does not declare works here, where everything is hoisted, and breaks for the user. A devDependency is not installed by the user either (the exceptions are inlined by the build: protocol in client, command-line in the programs).',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined'],
        dependencyTypesNot: ['type-only', 'npm', 'npm-peer', 'npm-optional'],
        // Our own packages are links, whose kind cannot be determined; knip checks that they are declared.
        pathNot: ['^packages/[^/]+/src/'],
      },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere: a wrong path, or a package that is not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['(^|/)(dist|miniprogram_dist|fixtures|template)/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@minihub/source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.d.ts', '.json'],
    },
  },
};
