import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// Tests run from the sources of every package, without a build in between.
const conditions = ['limber-source'];
const packages = readdirSync('packages');

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/closing-line-reporter.ts'],
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        test: { name, root: `packages/${name}`, include: ['src/**/*.test.ts'] },
      })),
      {
        extends: true as const,
        test: { name: 'workspace', root: 'test', include: ['**/*.test.ts'] },
      },
    ],
  },
});
