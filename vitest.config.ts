import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

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

/** Their tests start whole commands and wait for them. */
const slow = ['workspace', 'runner'];

/** The slow ones come first, so that none is left alone at the end. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ project }: TestSpecification): boolean => slow.includes(project.name);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Many tests wait, for a process or for a lease that runs out: one more than there are processors.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: SlowFirst },
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
