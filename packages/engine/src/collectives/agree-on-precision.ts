import type * as tfjs from '@tensorflow/tfjs';
import type { Precision } from '../precision/available-precisions.ts';
import type { Collectives } from './collectives.ts';

const precisions: readonly Precision[] = ['32', 'bf16-mixed'];

/** The precision that rank 0 chooses: where it is measured, two ranks could come to two answers. */
export async function agreeOnPrecision(
  tf: typeof tfjs,
  collectives: Collectives | null,
  choose: () => Promise<Precision>,
): Promise<Precision> {
  const isFirst = (collectives?.rank ?? 0) === 0;
  const own = isFirst ? await choose() : '32';
  if (collectives === null) return own;
  const [index] = tf.tidy(() => {
    const chosen = tf.scalar(precisions.indexOf(own), 'int32');
    return collectives.broadcast([chosen])[0]!.dataSync();
  });
  return precisions[index!]!;
}
