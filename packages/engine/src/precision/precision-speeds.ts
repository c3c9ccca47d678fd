import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { basename, dirname, join } from 'node:path';
import { availableProcessors, isMissing, writeFileAtomicSync } from '@limber/files';
import type { InstalledEngine } from '../provisioning/installed-engine.ts';
import { readBfloat16Features } from './available-precisions.ts';
import type { PrecisionSeconds } from './measure-precisions.ts';

/**
 * How fast an engine is in each precision on this processor, as it was measured when it was set up;
 * undefined if it was not, or the file holds something else. Takes less than a millisecond.
 */
export function readPrecisionSpeeds(engine: InstalledEngine): PrecisionSeconds | undefined {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(speedsFile(engine), 'utf8'));
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { seconds = {} } = (found ?? {}) as { seconds?: Partial<Record<string, unknown>> };
  const [float32, mixed] = [seconds['32'], seconds['bf16-mixed']];
  const isTime = (value: unknown): value is number => typeof value === 'number' && value > 0;
  return isTime(float32) && isTime(mixed) ? { '32': float32, 'bf16-mixed': mixed } : undefined;
}

/**
 * {@link readPrecisionSpeeds}, measured now if that has not been done.
 *
 * @returns undefined where there is nothing to choose: on a processor without instructions for
 * bfloat16, and for the ready-made library, which is older than they are.
 */
export async function measurePrecisionSpeeds(
  engine: InstalledEngine,
): Promise<PrecisionSeconds | undefined> {
  const isChoice = readBfloat16Features().length > 0 && engine.manifest.origin === 'wheel';
  if (!isChoice) return undefined;
  const known = readPrecisionSpeeds(engine);
  if (known !== undefined) return known;
  const threads = availableProcessors();
  const { measurePrecisions } = await import('./measure-precisions.ts');
  const seconds = await measurePrecisions(engine.addonPath, threads);
  const file = speedsFile(engine);
  mkdirSync(dirname(file), { recursive: true });
  const text = JSON.stringify({ processor: processorModel(), threads, seconds }, undefined, 2);
  writeFileAtomicSync(file, `${text}\n`);
  return seconds;
}

/** Beside the engines, one for each engine, processor model and number of threads. */
function speedsFile({ folder }: InstalledEngine): string {
  const what = [basename(folder), processorModel(), availableProcessors()];
  const key = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
  return join(dirname(folder), 'speeds', `${key}.json`);
}

function processorModel(): string {
  return os.cpus()[0]?.model.trim() ?? 'unknown';
}
