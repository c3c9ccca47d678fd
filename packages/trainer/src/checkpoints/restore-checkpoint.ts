import { writeWeights } from '@limber/engine';
import type { FitRun, Run } from '../loops/run.ts';
import type { CheckpointContents } from './checkpoint.ts';
import type { CheckpointEnvironment } from './environment.ts';
import { environmentOf } from './environment.ts';
import { ofPrefix } from './name-prefix.ts';

/**
 * Puts a run where a checkpoint was taken. Weights come first, then the optimizer, callbacks and loggers.
 *
 * @param source - named in messages, such as the file.
 * @throws {LimberError} `corrupt-data` if the weights are not those of the module.
 */
export async function restoreCheckpoint<Batch>(
  run: FitRun<Batch>,
  found: CheckpointContents,
  source: string,
): Promise<void> {
  // hooks may exchange arrays; the caller's stay as they are
  const contents = { ...found, arrays: { ...found.arrays } };
  const { facts, arrays } = contents;
  await run.hooks.run('onLoadCheckpoint', contents);
  warnOfOtherEnvironment(run, facts.environment);
  restoreWeights(run, contents, source);
  run.optimization.write(run.module.weights, ofPrefix('optimizer', arrays));
  for (const callback of run.callbacks) {
    const key = callback.stateKey;
    if (key === undefined || !(key in facts.callbacks)) continue;
    const state = {
      values: facts.callbacks[key]!,
      arrays: ofPrefix(`callbacks/${key}`, arrays),
    };
    await callback.loadStateDict?.(state, run.trainer);
  }
  run.trainMetrics.reset(facts.metrics);
  Object.assign(run.callbackMetrics, facts.callbackMetrics);
  Object.assign(run.progressBarMetrics, facts.progressBarMetrics);
  run.seed = facts.seed;
  run.shouldStop = facts.isStopping;
  run.position = facts.position;
  run.safePoint = { position: facts.position, loggers: facts.loggers };
}

/** Puts the weights of a checkpoint into a module, without anything else. */
export function restoreWeights<Batch>(
  { trainer, module }: Pick<Run<Batch>, 'trainer' | 'module'>,
  { arrays }: CheckpointContents,
  source: string,
): void {
  writeWeights(trainer.engine, module.weights, { tensors: ofPrefix('weights', arrays), source });
}

function warnOfOtherEnvironment<Batch>(
  { trainer }: Run<Batch>,
  before: CheckpointEnvironment,
): void {
  const now = environmentOf(trainer.engine);
  const changes = (Object.keys(now) as (keyof CheckpointEnvironment)[])
    .filter((key) => now[key] !== before[key])
    .map((key) => `${key} was ${before[key]}, is ${now[key]}`);
  if (changes.length === 0) return;
  trainer.warn(
    `The checkpoint was computed elsewhere (${changes.join('; ')}): training goes on, but its weights will differ ` +
      'in their last bits, and its files in their bytes, from those of a run that was never interrupted.',
  );
}
