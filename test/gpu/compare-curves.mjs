// Compares two files of precision-curve.mjs. Usage: node test/gpu/compare-curves.mjs <32> <bf16-mixed>
import { readFileSync } from 'node:fs';

/** bfloat16 keeps 8 bits; over some tens of steps the losses stay within a few hundredths. */
const tolerance = 0.02;

const [high, low] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const last = high.losses.length - 1;
console.log(`${high.engine}: first and last loss`);
for (const { precision, losses } of [high, low]) {
  console.log(precision.padEnd(11), losses[0].toFixed(5), losses[last].toFixed(5));
}
const differences = high.losses.map((loss, step) => Math.abs(low.losses[step] - loss) / loss);
const largest = Math.max(...differences);
console.log(`largest relative difference: ${largest.toFixed(4)}, allowed ${tolerance}`);
const hasLearnt = high.losses[last] < 0.9 * high.losses[0];
if (!hasLearnt || !(largest <= tolerance)) process.exitCode = 1;
