import type { NamedTensors } from '@limber/engine';
import { TrainingDiverged } from '../errors/training-diverged.ts';
import { firstNotFinite } from '../gradients/first-not-finite.ts';
import type { FitRun } from './run.ts';

/** @throws {TrainingDiverged} if any loss so far was NaN or infinite. Waits for the device. */
export async function checkLosses<Batch>({ losses, position }: FitRun<Batch>): Promise<void> {
  const loss = await losses.read();
  if (loss !== null) throw new TrainingDiverged(loss, position);
}

/**
 * As {@link checkLosses}, over all ranks.
 *
 * @throws {TrainingDiverged} on all ranks if any loss of one of them was NaN or infinite.
 */
export async function checkLossesOfAll<Batch>({
  losses,
  position,
  ranks,
}: FitRun<Batch>): Promise<void> {
  const loss = await losses.read();
  const all = ranks.gather([loss ?? 0]).map(([value]) => value!);
  const found = all.find((value) => !Number.isFinite(value));
  if (found !== undefined) throw new TrainingDiverged(found, position);
}

/** @throws {TrainingDiverged} naming the first weight with NaN or infinity in it, which no later loss would show. */
export async function checkWeights<Batch>(run: FitRun<Batch>): Promise<void> {
  const { module, trainer, position } = run;
  const { weights } = module;
  const at = await firstNotFinite(
    trainer.engine,
    weights.map(({ variable }) => variable),
  );
  if (at < 0) return;
  throw new TrainingDiverged(`The weight "${weights[at]!.name}" is not finite`, position);
}

/**
 * Looks at what a checkpoint is about to hold, so that a good one is never replaced by one that nothing can be made of.
 *
 * @throws {TrainingDiverged} naming the first array of weights or optimizer with NaN or infinity in it.
 */
export function checkArrays<Batch>({ position }: FitRun<Batch>, arrays: NamedTensors): void {
  for (const [name, { data }] of Object.entries(arrays)) {
    if (name.startsWith('callbacks/')) continue;
    // a number minus itself is 0, NaN and infinity minus themselves are NaN
    let trace = 0;
    for (let index = 0; index < data.length; index++) trace += data[index]! - data[index]!;
    if (trace !== 0) throw new TrainingDiverged(`"${name}" is not finite`, position);
  }
}
