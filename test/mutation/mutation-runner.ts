import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import { TestRunner } from 'vitest';
import { activate, atLoad, countInto, deactivate } from './active-mutant.ts';
import type { Failure } from './run-tests.ts';
import { nameOf, runTests, testsIn, TookTooLong } from './run-tests.ts';

/** Made by `find-survivors.mjs`: `session.json`, and `tmp`, where the tests put their temporary folders. */
const workFolder = process.env['LIMBER_MUTATION']!;
const { logFile } = JSON.parse(readFileSync(join(workFolder, 'session.json'), 'utf8')) as {
  readonly logFile: string;
};
const temporaries = join(workFolder, 'tmp');
// of the tests alone: Vitest, whose process this is not, has its own there
process.env['TMPDIR'] = temporaries;

/** A mutant may make a test so much slower before it counts as killed. */
const limitFactor = 10;
const leastLimitMs = 2000;
/** The quickest tests, of so much of the time that all take, are tried by themselves before the others. */
const quickShare = 0.1;
/** So many killed mutants are checked together for whether the tests still pass without them. */
const checkEvery = 25;
/** What tests leave in memory, and mutants more so. */
const largestBytes = 3 * 2 ** 30;

/** What is written to the log. */
type Event =
  /** All mutants that the tests of a file come by, and tests that fail without any, which are not used. */
  | {
      event: 'covered';
      file: string;
      /** Of the test file's content. */
      digest: string;
      mutants: number[];
      atLoad: number[];
      dropped: string[];
    }
  | { event: 'start'; file: string; mutant: number; limitMs: number }
  | { event: 'end'; file: string; mutant: number; killer: string | null; isTimeout: boolean }
  /** Afterwards a test fails without the mutant too: it is tried again in a new process, and checked by itself. */
  | { event: 'spoiled'; file: string; mutant: number }
  | { event: 'done'; file: string };

/** Runs the tests of each file once, to see which mutants they come by, and then again for each of those. */
export default class MutationRunner extends TestRunner {
  async runSuite(suite: RunnerTestSuite): Promise<void> {
    if (!('filepath' in suite)) return;
    await new FileSearch(this, suite as RunnerTestFile).run();
  }
}

/** By mutant: how often a test comes by it. */
type Hits = ReadonlyMap<number, number>;

class FileSearch {
  readonly #runner: TestRunner;
  readonly #file: RunnerTestFile;
  readonly #name: string;
  /** The temporary folders that the file made when it was loaded. */
  readonly #folders = readdirSync(temporaries);
  readonly #hits = new Map<RunnerTestCase | RunnerTestSuite, Hits>();
  readonly #tookMs = new Map<RunnerTestCase, number>();
  #slowestMs = 0;
  /** Mutants that were killed since the last check, and the tests that failed for them; null: a hook did. */
  #killed: { readonly mutant: number; readonly by: RunnerTestCase | null }[] = [];

  constructor(runner: TestRunner, file: RunnerTestFile) {
    this.#runner = runner;
    this.#file = file;
    this.#name = relative(process.cwd(), file.filepath);
  }

  async run(): Promise<void> {
    const before = readLog();
    const tests = await this.#usableTests();
    const mutants = this.#mutantsOf(tests);
    this.#log({
      event: 'covered',
      digest: createHash('sha256').update(readFileSync(this.#file.filepath)).digest('hex'),
      mutants: mutants.map(([mutant]) => mutant),
      atLoad: [...atLoad.keys()],
      dropped: testsIn(this.#file)
        .filter((test) => !tests.has(test))
        .map(nameOf),
    });
    const { settled, spoilers } = standing(before, this.#name);
    const left = mutants.filter(([mutant]) => !settled.has(mutant));
    const first = left.filter(([mutant]) => spoilers.has(mutant));
    for (const [mutant, usualHits] of [...first, ...left.filter((each) => !first.includes(each))]) {
      await this.#try(mutant, usualHits, tests);
      const isSpoiler = spoilers.has(mutant);
      const isFull = process.memoryUsage.rss() > largestBytes;
      if (isSpoiler || isFull || this.#killed.length >= checkEvery) {
        await this.#check(tests, isSpoiler);
      }
      if (isFull) endProcess();
    }
    await this.#check(tests);
    this.#log({ event: 'done' });
    this.#emptyFolders();
    // what comes is the next file
    countInto(atLoad);
  }

  /** Tests that pass twice in a row; notes how long they take and which mutants they come by. */
  async #usableTests(): Promise<Set<RunnerTestCase>> {
    let tests = new Set(testsIn(this.#file));
    for (const isCounting of [true, false]) {
      const failures = await this.#runEach(tests, isCounting);
      tests = new Set([...tests].filter((test) => !failures.has(test)));
    }
    return tests;
  }

  /** Runs tests again and again without those that fail. */
  async #runEach(
    all: ReadonlySet<RunnerTestCase>,
    isCounting: boolean,
  ): Promise<Set<RunnerTestCase>> {
    const failed = new Set<RunnerTestCase>();
    for (;;) {
      const tests = new Set([...all].filter((test) => !failed.has(test)));
      const failure = await this.#runTests(tests, {
        enter: (task) => {
          if (!isCounting) return;
          const counts = new Map<number, number>();
          this.#hits.set(task, counts);
          countInto(counts);
        },
        leave: (test, tookMs) => {
          countInto(null);
          const slowest = Math.max(tookMs, this.#tookMs.get(test) ?? 0);
          this.#tookMs.set(test, slowest);
          this.#slowestMs = Math.max(slowest, this.#slowestMs);
        },
      });
      countInto(null);
      if (failure === null) return failed;
      process.stderr.write(`${this.#name}: ${describe(failure)}\n`);
      if (failure.test === null) return new Set(all);
      failed.add(failure.test);
    }
  }

  /** Those that are come by, with how often, in the order of the code. */
  #mutantsOf(tests: ReadonlySet<RunnerTestCase>): [number, number][] {
    const sums = new Map<number, number>();
    for (const [task, hits] of this.#hits) {
      if (task.type === 'test' && !tests.has(task)) continue;
      for (const [mutant, count] of hits) sums.set(mutant, (sums.get(mutant) ?? 0) + count);
    }
    return [...sums].sort(([a], [b]) => a - b);
  }

  async #try(mutant: number, usualHits: number, tests: ReadonlySet<RunnerTestCase>): Promise<void> {
    const reached = [...tests].filter((test) => this.#comesBy(test, mutant));
    this.#log({ event: 'start', mutant, limitMs: leastLimitMs + limitFactor * this.#slowestMs });
    activate(mutant, usualHits);
    let failure: Failure | null = null;
    for (const some of this.#quickFirst(reached)) failure ??= await this.#runTests(some);
    const isTimeout = deactivate() || failure?.error instanceof TookTooLong;
    const killer = failure === null ? null : describe(failure);
    this.#log({ event: 'end', mutant, killer, isTimeout: failure !== null && isTimeout });
    if (failure !== null) this.#killed.push({ mutant, by: failure.test });
  }

  /**
   * Ends the process if a test that failed for a mutant fails without it too.
   *
   * @param isAlone - whether none was killed before it in this process: then it is truly killed.
   */
  async #check(tests: ReadonlySet<RunnerTestCase>, isAlone = false): Promise<void> {
    const killers = this.#killed.flatMap(({ by }) => by ?? [...tests]);
    const failure = await this.#runTests(new Set(killers));
    if (failure === null) {
      this.#killed = [];
      return;
    }
    for (const { mutant } of isAlone ? [] : this.#killed) this.#log({ event: 'spoiled', mutant });
    endProcess();
  }

  /** The tests in one or two parts. */
  #quickFirst(tests: readonly RunnerTestCase[]): Set<RunnerTestCase>[] {
    const timeOf = (test: RunnerTestCase): number => this.#tookMs.get(test) ?? 0;
    const allMs = tests.reduce((sum, test) => sum + timeOf(test), 0);
    let spentMs = 0;
    const quick = tests
      .toSorted((a, b) => timeOf(a) - timeOf(b))
      .filter((test, place) => {
        spentMs += timeOf(test);
        return place === 0 || spentMs < quickShare * allMs;
      });
    const rest = tests.filter((test) => !quick.includes(test));
    return [new Set(quick), new Set(rest)];
  }

  /** Whether a test, or the hooks of a suite that it is in, come by a mutant. */
  #comesBy(test: RunnerTestCase, mutant: number): boolean {
    const isIn = (task: RunnerTestCase | RunnerTestSuite): boolean =>
      this.#hits.get(task)?.has(mutant) === true;
    if (isIn(test) || isIn(this.#file)) return true;
    for (let suite = test.suite; suite !== undefined; suite = suite.suite) {
      if (isIn(suite)) return true;
    }
    return false;
  }

  async #runTests(
    tests: ReadonlySet<RunnerTestCase>,
    watch: Parameters<typeof runTests>[2]['watch'] = {},
  ): Promise<Failure | null> {
    this.#emptyFolders();
    const slowest = this.#slowestMs === 0 ? 60_000 : leastLimitMs + limitFactor * this.#slowestMs;
    return runTests(this.#file, tests, {
      runner: this.#runner,
      limitMs: (test) => {
        const tookMs = test === null ? undefined : this.#tookMs.get(test);
        return tookMs === undefined ? slowest : leastLimitMs + limitFactor * tookMs;
      },
      watch: {
        ...watch,
        enter: (task) => {
          showLife();
          watch.enter?.(task);
        },
      },
    });
  }

  /** So that tests find what they found the first time. */
  #emptyFolders(): void {
    for (const name of readdirSync(temporaries)) {
      rmSync(join(temporaries, name), { recursive: true, force: true });
    }
    for (const name of this.#folders) mkdirSync(join(temporaries, name));
  }

  #log(event: { event: Event['event'] } & Partial<Record<string, unknown>>): void {
    appendFileSync(logFile, `${JSON.stringify({ file: this.#name, ...event })}\n`);
  }
}

/** Mutants that need not be tried with a file any more, and those that spoilt a process. */
function standing(
  log: readonly Event[],
  name: string,
): { readonly settled: ReadonlySet<number>; readonly spoilers: ReadonlySet<number> } {
  const settled = new Set<number>();
  const spoilers = new Set<number>();
  for (const entry of log) {
    if (entry.event === 'end' && (entry.killer !== null || entry.file === name)) {
      settled.add(entry.mutant);
    } else if (entry.event === 'spoiled') {
      settled.delete(entry.mutant);
      spoilers.add(entry.mutant);
    }
  }
  return { settled, spoilers };
}

function readLog(): Event[] {
  const lines = readFileSync(logFile, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Event);
}

/** `find-survivors.mjs` ends a process whose log is too old. */
function showLife(): void {
  const now = Date.now() / 1000;
  utimesSync(logFile, now, now);
}

function describe({ test, error }: Failure): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${test === null ? 'a hook' : nameOf(test)}: ${message.split('\n')[0]!.slice(0, 200)}`;
}

function endProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}
