import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';
import { defineConfig } from 'vitest/config';

const conditions = ['limber-source'];
const { files, tests, done } = JSON.parse(
  readFileSync(join(process.env['LIMBER_MUTATION']!, 'session.json'), 'utf8'),
) as {
  /** Code with all mutants in it, by absolute path. */
  readonly files: Readonly<Record<string, string>>;
  /** Patterns of test files. */
  readonly tests: string[];
  /** Test files that every mutant was tried with. */
  readonly done: string[];
};

/** Files that are named come in their order; of others those of one thing, which lie deeper, before those of everything. */
class NamedFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const keys = ({ moduleId }: TestSpecification): [number, number] => {
      const place = tests.indexOf(relative('.', moduleId));
      return [place < 0 ? tests.length : place, -moduleId.split('/').length];
    };
    return specifications.toSorted((a, b) => {
      const [first, second] = [keys(a), keys(b)];
      return first[0] - second[0] || first[1] - second[1] || a.moduleId.localeCompare(b.moduleId);
    });
  }
}

/** The tests of a package from its sources, with all mutants in them, in one process. */
export default defineConfig({
  plugins: [
    { name: 'limber-mutants', enforce: 'pre', load: (id) => files[id.split('?')[0]!] ?? null },
  ],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: tests,
    // worker threads run from dist, which a mutant does not reach
    exclude: ['**/worker.test.ts', ...done],
    // a mutant of code that runs while files are loaded is on from the start, and the tests run as they always do
    ...(process.env['LIMBER_MUTANT_AT_LOAD'] === undefined
      ? { runner: './test/mutation/mutation-runner.ts' }
      : { setupFiles: './test/mutation/active-mutant.ts', bail: 1 }),
    sequence: { sequencer: NamedFirst },
    fileParallelism: false,
    isolate: false,
    reporters: [],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
