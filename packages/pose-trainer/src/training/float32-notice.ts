import type { KeypointBatch } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import type { Callback } from '@limber/trainer';

const shownOperations = 3;

/**
 * Says once, after the first epoch, which operations do not compute in the precision asked for.
 *
 * @param onLine - called with the line; not at all where there are none.
 */
export function createFloat32Notice(
  { precision, inFloat32 }: Pick<Engine, 'precision' | 'inFloat32'>,
  onLine: (line: string) => void,
): Callback<KeypointBatch> {
  let isSaid = false;
  return {
    onTrainEpochEnd: () => {
      if (isSaid || inFloat32.length === 0) return;
      isSaid = true;
      const rest = inFloat32.length - shownOperations;
      const more = rest > 0 ? `, and ${rest} more` : '';
      onLine(
        `${precision}: TensorFlow's bfloat16 kernels are wrong for some shapes, which compute in float32: ${inFloat32.slice(0, shownOperations).join(', ')}${more}`,
      );
    },
  };
}
