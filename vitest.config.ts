import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests run from the sources of every package, without a build in between.
const conditions = ['limber-source'];
const packages = readdirSync('packages');

/**
 * Their test files run one after the other in one process and load each module once: that takes half of
 * the time. In the others, files need processes of their own, because TensorFlow is loaded once in each.
 */
const sharing = [
  'cli',
  'dataset-builder',
  'dataset-loader',
  'evaluator',
  'files',
  'keypoints',
  'synthetic',
  'trainer',
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Vitest leaves a processor free, which of two is half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/closing-line-reporter.ts'],
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        test: {
          name,
          root: `packages/${name}`,
          include: ['src/**/*.test.ts'],
          isolate: !sharing.includes(name),
        },
      })),
      {
        extends: true as const,
        test: { name: 'workspace', root: 'test', include: ['**/*.test.ts'] },
      },
    ],
  },
});
