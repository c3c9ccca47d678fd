// LIMBER_MUTATE=packages/keypoints/src/codecs npm run mutation
const folder = process.env['LIMBER_MUTATE'] ?? 'packages/keypoints/src';

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  mutate: [
    folder.endsWith('.ts') ? folder : `${folder}/**/*.ts`,
    '!**/*.test.ts',
    '!**/*.suite.ts',
    '!**/index.ts',
  ],
  // only the tests that reach a mutant run against it, and one that takes too long ends with its process
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 20_000,
  timeoutFactor: 3,
  dryRunTimeoutMinutes: 20,
  // what is left is arithmetic, conditions, booleans, calls and whole blocks
  mutator: {
    excludedMutations: [
      'StringLiteral',
      'ObjectLiteral',
      'ArrayDeclaration',
      'Regex',
      'OptionalChaining',
    ],
  },
  // the sandbox is a copy; what tests from sources do not need stays out of it
  ignorePatterns: ['dist', 'etc', 'pipelines', 'runs', '.limber', '.nx', '*.tsbuildinfo'],
  // no tsconfig is rewritten: Stryker reads them by an API that TypeScript 7 does not have
  tsconfigFile: 'none',
  disableTypeChecks: false,
  reporters: ['progress-append-only', 'clear-text', 'json'],
  clearTextReporter: { logTests: false, reportTests: false },
  jsonReporter: { fileName: '.stryker/report.json' },
  tempDirName: '.stryker/sandboxes',
};
