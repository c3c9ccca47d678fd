import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLog } from './earlier-results.mjs';
import { ranOnlyAtLoad } from './outcome.mjs';
import { startVitest } from './start-vitest.mjs';

/** A mutant may make the tests so much slower before it counts as killed. */
const limitFactor = 3;
const leastLimitMs = 60_000;

/** Tries mutants of code that runs only while files are loaded: each in a process of its own, with all tests. */
export async function tryAtLoad({ mutants, files, tests, workFolder, logFile }) {
  const left = ranOnlyAtLoad(mutants, readLog(logFile));
  if (left.length === 0) return;
  writeFileSync(
    join(workFolder, 'session.json'),
    JSON.stringify({ files, tests, done: [], logFile }),
  );
  const start = Date.now();
  const without = await run(workFolder, 'none', Infinity);
  if (without.exitCode !== 0) {
    console.error(without.output);
    throw new Error('Some tests fail without a mutant, so that none can be tried at load.');
  }
  const limitMs = leastLimitMs + limitFactor * (Date.now() - start);
  for (const mutant of left) {
    const { exitCode, isTimeout } = await run(workFolder, mutant, limitMs);
    const killer = exitCode === 0 ? null : 'a test, or a file that cannot be loaded';
    const end = { event: 'end', file: 'all at load', mutant, killer, isTimeout };
    appendFileSync(logFile, `${JSON.stringify(end)}\n`);
  }
}

async function run(workFolder, mutant, limitMs) {
  const temporaries = join(workFolder, 'tmp');
  rmSync(temporaries, { recursive: true, force: true });
  mkdirSync(temporaries);
  const { kill, ended, output } = startVitest(workFolder, {
    LIMBER_MUTANT_AT_LOAD: `${mutant}`,
    TMPDIR: temporaries,
  });
  let isTimeout = false;
  const timer =
    limitMs === Infinity
      ? undefined
      : setTimeout(() => {
          isTimeout = true;
          kill();
        }, limitMs);
  const exitCode = await ended;
  clearTimeout(timer);
  return { exitCode, isTimeout, output: output() };
}
