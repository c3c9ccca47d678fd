import type { ArrayDifference } from '@limber/trainer';
import { diffCheckpoints, inspectCheckpoint, verifyCheckpoints } from '@limber/trainer';
import { exitCodes } from './exit-codes.ts';
import { printJson } from './print-json.ts';

/** `limber checkpoint inspect`. */
export async function inspect(file: string, isJson: boolean): Promise<void> {
  const about = await inspectCheckpoint(file);
  if (isJson) {
    printJson(about);
    return;
  }
  const { position, environment, groups, callbackMetrics, callbacks } = about;
  const { epoch, batch, step, samples, point } = position;
  print(`${file}: ${(about.sizeBytes / 1e6).toFixed(1)} MB, version ${about.version}, whole`);
  print(`after step ${step} (${samples} samples): epoch ${epoch}, batch ${batch}, ${point}`);
  const { engine, tensorflow, threads, precision } = environment;
  print(`computed by ${engine}, TensorFlow ${tensorflow}, ${threads} threads, ${precision}`);
  for (const { name, arrays, numbers } of groups)
    print(`${name}: ${arrays} arrays, ${numbers} numbers`);
  print(`callbacks: ${Object.keys(callbacks).join(', ') || 'none'}`);
  for (const [name, value] of Object.entries(callbackMetrics)) print(`${name} ${value}`);
}

/** `limber checkpoint verify`; the exit code. */
export async function verify(places: readonly string[], isJson: boolean): Promise<number> {
  const verdicts = await verifyCheckpoints(places);
  if (isJson) printJson(verdicts);
  else {
    for (const verdict of verdicts) {
      print(
        verdict.isWhole
          ? `${verdict.file}: whole, step ${verdict.step}`
          : `DAMAGED ${verdict.problem}`,
      );
    }
  }
  return verdicts.every(({ isWhole }) => isWhole) ? exitCodes.done : exitCodes.failed;
}

/** `limber checkpoint diff`; the exit code. */
export async function diff(first: string, second: string, isJson: boolean): Promise<number> {
  const { facts, arrays } = await diffCheckpoints(first, second);
  if (isJson) printJson({ facts, arrays });
  else {
    for (const { path, from, to } of facts) print(`${path}: ${from} → ${to}`);
    for (const array of arrays) print(`${array.name}: ${describe(array)}`);
    if (facts.length + arrays.length === 0) print('no difference');
  }
  return facts.length + arrays.length === 0 ? exitCodes.done : exitCodes.failed;
}

function describe(array: ArrayDifference): string {
  switch (array.type) {
    case 'only-in-first':
      return 'only in the first';
    case 'only-in-second':
      return 'only in the second';
    case 'other-shape':
      return `shape ${array.shapes.join(' → ')}`;
    case 'other-numbers':
      return `${array.differing} of ${array.numbers} numbers differ, by up to ${array.largestDifference}`;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
