// npm run mutation -- packages/keypoints/src/codecs ['packages/keypoints/src/**/*.test.ts' ...] [--results <file.jsonl>]
// Folders and files to change come before the tests; of tests that are named, those that come first are tried first.
// Changes the code of a folder or file in one place at a time, and lists the changes that no test notices, but for those
// that are explained in the folder explained.
// With --results, what became of each change is kept in that file, and the next call tries only what is not there yet.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeSources, keepResults, readLog } from './earlier-results.mjs';
import { instrument } from './instrument.mjs';
import { describeOutcome } from './outcome.mjs';
import { startVitest } from './start-vitest.mjs';
import { tryAtLoad } from './try-at-load.mjs';

/** A process that shows no life for so long beyond what a test may take hangs. */
const graceMs = 3000;
/** How long a process may take before its first mutant: it loads and runs the tests of a file. */
const startMs = 600_000;

const {
  positionals: words,
  values: { results },
} = parseArgs({ allowPositionals: true, options: { results: { type: 'string' } } });
const patterns = words.filter((word) => word.endsWith('.test.ts'));
const targets = words.filter((word) => !patterns.includes(word));
if (targets.length === 0) {
  console.error('Say which folder or file: npm run mutation -- packages/keypoints/src/codecs');
  process.exit(2);
}
const [, name] = relative('.', targets[0]).split('/');
const tests = patterns.length > 0 ? patterns : [`packages/${name}/src/**/*.test.ts`];
const { files, mutants } = await instrument(targets.map((target) => resolve(target)));
const workFolder = mkdtempSync(join(tmpdir(), 'limber-mutation-'));
const logFile = resolve(results ?? join(workFolder, 'log.jsonl'));
const sources = describeSources(mutants);
const kept = [sources, ...keepResults(readLog(logFile), sources)];
writeFileSync(logFile, kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => finish(130));

console.error(`${mutants.length} mutants`);
while (!(await runOnce()));
await tryAtLoad({ mutants, files, tests, workFolder, logFile });
finish(0);

/** Runs the tests until all files are done (true), or the process has ended or hangs before. */
async function runOnce() {
  const done = readLog(logFile).flatMap(({ event, file }) => (event === 'done' ? [file] : []));
  const session = { files, tests, done, logFile };
  writeFileSync(join(workFolder, 'session.json'), JSON.stringify(session));
  const temporaries = join(workFolder, 'tmp');
  rmSync(temporaries, { recursive: true, force: true });
  mkdirSync(temporaries);
  const before = readLog(logFile).length;
  const { kill, ended, output } = startVitest(workFolder);
  const watch = setInterval(() => {
    const last = readLog(logFile).at(-1);
    const limitMs = last?.event === 'start' ? last.limitMs + graceMs : startMs;
    if (Date.now() - statSync(logFile).mtimeMs > limitMs) kill();
  }, 1000);
  const exitCode = await ended;
  clearInterval(watch);
  const log = readLog(logFile);
  const last = log.at(-1);
  if (last?.event === 'start') {
    const { file, mutant } = last;
    const killer = 'the process hangs or ends';
    const end = { event: 'end', file, mutant, killer, isTimeout: true };
    writeFileSync(logFile, `${JSON.stringify(end)}\n`, { flag: 'a' });
  }
  const doneNow = log.filter(({ event }) => event === 'done').length;
  if (exitCode === 0 && last?.event !== 'start') return true;
  if (log.length > before || doneNow > done.length) return false;
  console.error(output());
  throw new Error('The tests could not be run.');
}

function finish(exitCode) {
  console.log(describeOutcome(mutants, readLog(logFile)));
  if (exitCode !== 0) console.log('Cut off: what survived has not met all tests.');
  process.exit(exitCode);
}
