import { performance } from 'node:perf_hooks';
import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import { TestRunner } from 'vitest';

/** What is to be done around each test, and around the hooks of each suite. */
export interface Watch {
  /** Called before a test, or the hooks of a suite, run. */
  readonly enter?: (task: RunnerTestCase | RunnerTestSuite) => void;
  /** Called with how long a test took. */
  readonly leave?: (test: RunnerTestCase, tookMs: number) => void;
}

export interface Failure {
  /** null: a hook of a suite failed. */
  readonly test: RunnerTestCase | null;
  readonly error: unknown;
}

/**
 * Runs some tests of a file again, in the order of the file with its hooks, until one fails.
 *
 * @param options.limitMs - how long a test, or a hook, may take.
 * @returns null if all pass.
 */
export async function runTests(
  file: RunnerTestFile,
  tests: ReadonlySet<RunnerTestCase>,
  options: {
    readonly runner: TestRunner;
    readonly limitMs: (test: RunnerTestCase | null) => number;
    readonly watch?: Watch;
  },
): Promise<Failure | null> {
  const { runner, limitMs, watch = {} } = options;
  return runSuite(file, []);

  async function runSuite(
    suite: RunnerTestSuite,
    around: readonly RunnerTestSuite[],
  ): Promise<Failure | null> {
    if (!testsIn(suite).some((test) => tests.has(test))) return null;
    const hooks = TestRunner.getSuiteHooks(suite);
    const inHook = (run: () => unknown): Promise<unknown> => within(limitMs(null), run);
    let failure: Failure | null = null;
    try {
      watch.enter?.(suite);
      for (const hook of hooks.beforeAll) await inHook(() => hook(suite));
      for (const task of suite.tasks) {
        if (task.type === 'suite') failure = await runSuite(task, [...around, suite]);
        else if (tests.has(task)) failure = await runTest(task, [...around, suite]);
        if (failure !== null) break;
      }
    } catch (error) {
      failure = { test: null, error };
    }
    for (const hook of hooks.afterAll.toReversed()) {
      await inHook(() => hook(suite)).catch((error: unknown) => {
        failure ??= { test: null, error };
      });
    }
    return failure;
  }

  async function runTest(
    test: RunnerTestCase,
    suites: readonly RunnerTestSuite[],
  ): Promise<Failure | null> {
    const start = performance.now();
    const before = suites.flatMap((suite) => TestRunner.getSuiteHooks(suite).beforeEach);
    const after = suites.flatMap((suite) => TestRunner.getSuiteHooks(suite).afterEach).toReversed();
    const ends: unknown[] = [];
    let failure: Failure | null = null;
    const attempt = async (run: () => unknown): Promise<unknown> => {
      try {
        return await within(limitMs(test), run);
      } catch (error) {
        failure ??= { test, error };
      }
    };
    watch.enter?.(test);
    runner.onBeforeTryTask(test);
    for (const hook of before) {
      ends.push(await attempt(() => hook(test.context as never, test.suite ?? file)));
    }
    if (failure === null) await attempt(() => TestRunner.getTestFn(test)());
    await attempt(() => runner.onAfterTryTask(test));
    for (const hook of after) await attempt(() => hook(test.context as never, test.suite ?? file));
    for (const end of ends) if (typeof end === 'function') await attempt(() => end() as unknown);
    watch.leave?.(test, performance.now() - start);
    return failure;
  }
}

/** A test, or a hook, did not end within its limit. */
export class TookTooLong extends Error {
  constructor(limitMs: number) {
    super(`took longer than ${limitMs} ms`);
  }
}

/** All tests of a suite that are not skipped. */
export function testsIn(suite: RunnerTestSuite): RunnerTestCase[] {
  return suite.tasks.flatMap((task) => {
    if (task.mode === 'skip' || task.mode === 'todo') return [];
    return task.type === 'suite' ? testsIn(task) : [task];
  });
}

/** The full name of a test below its file. */
export function nameOf(test: RunnerTestCase): string {
  const names: string[] = [test.name];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
  return names.join(' > ');
}

async function within(limitMs: number, run: () => unknown): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(limitMs)), limitMs);
  });
  try {
    return await Promise.race([run(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
