import { defineConfig } from 'vitest/config';

const conditions = ['limber-source'];
const folder = process.env['LIMBER_MUTATE'] ?? 'packages/keypoints/src';
const [, name] = folder.split('/');

/** The tests of one package, from its sources; `LIMBER_MUTATE_TESTS` narrows them down. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: (process.env['LIMBER_MUTATE_TESTS'] ?? `packages/${name}/src/**/*.test.ts`).split(' '),
    // worker threads run from dist, which a mutant does not reach
    exclude: ['**/worker.test.ts'],
    // counting what each test reaches makes them slow; how long a mutant may take is Stryker's to say
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
