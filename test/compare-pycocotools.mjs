// node test/compare-pycocotools.mjs <folder>
// Scores the sets that `packages/evaluator/src/fixtures/named.py sets <folder> 1 3000` wrote with `limber evaluate
// --compat pycocotools`, and compares each number with that of pycocotools. What one of them refuses is counted, by reason.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../packages/cli/dist/program.js';

const scoreNames = ['AP', 'AP50', 'AP75', 'APm', 'APl', 'AR', 'AR50', 'AR75', 'ARm', 'ARl'];
const tolerance = 1e-12;

const [folder] = process.argv.slice(2);
const lines = readFileSync(join(folder, 'expected.jsonl'), 'utf8').trim().split('\n');
const tally = new Map();
let largest = 0;
let isEqual = true;
for (const line of lines) {
  const { seed, stats, error } = JSON.parse(line);
  const strict = await evaluate(seed);
  if (stats === undefined) {
    const why = error.slice(0, 60);
    count(
      strict.message === undefined ? `only pycocotools stops: ${why}` : `both stop: ${why}`,
      seed,
    );
    continue;
  }
  const outcome = strict.message === undefined ? strict : await evaluate(seed, '--lenient');
  if (strict.message !== undefined) count(`refused: ${reasonOf(strict.message)}`, seed);
  if (outcome.message !== undefined) {
    count(`REFUSED WITH --lenient TOO: ${reasonOf(outcome.message)}`, seed);
    continue;
  }
  count(outcome === strict ? 'compared' : 'compared with --lenient', seed);
  const difference = Math.max(...scoreNames.map((name, at) => Math.abs(outcome[name] - stats[at])));
  largest = Math.max(largest, difference);
  if (difference <= tolerance) continue;
  isEqual = false;
  count('DIFFERENT', seed);
}
for (const [what, seeds] of [...tally].sort(([a], [b]) => a.localeCompare(b))) {
  console.log(`${`${seeds.length}`.padStart(5)} ${what} (${seeds.slice(0, 3).join(', ')} …)`);
}
console.log(`${lines.length} sets; the largest difference of any number is ${largest}`);
process.exitCode = isEqual ? 0 : 1;

/** The scores, or the error that refuses the set. */
async function evaluate(seed, ...more) {
  const words = ['evaluate', '--compat', 'pycocotools', '--json', ...more];
  const files = ['gt', 'dt'].map((kind) => join(folder, `${seed}-${kind}.json`));
  const write = process.stdout.write.bind(process.stdout);
  let text = '';
  process.stdout.write = (part) => (text += part) !== '';
  try {
    words.push('--annotations', files[0], '--results', files[1]);
    await createProgram().parseAsync(words, { from: 'user' });
    return JSON.parse(text);
  } catch (error) {
    if (error.exitCode !== 2) throw error;
    return error;
  } finally {
    process.stdout.write = write;
  }
}

function reasonOf(message) {
  const generic = message
    .replace(/^\S+ ?/, '')
    .replace(/\[\d+\]/g, '[]')
    .replace(/\d+/g, '#');
  return generic.slice(0, 60);
}

function count(what, seed) {
  tally.set(what, [...(tally.get(what) ?? []), seed]);
}
