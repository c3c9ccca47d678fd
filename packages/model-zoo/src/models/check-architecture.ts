import { LimberError } from '@limber/files';
import type { MapShape } from '../networks/cost-network.ts';
import { heatmapStride } from '../architectures/models.ts';
import { measureNetwork } from './build-network.ts';
import type { ModelSpec } from './model-spec.ts';

/**
 * Refuses an architecture of the user's own that does not give heatmaps, or names two blocks alike.
 *
 * @throws {LimberError} `invalid-argument`, naming the architecture.
 */
export function checkArchitecture(spec: ModelSpec): void {
  const where = spec.name;
  const { inputSize, jointCount } = spec;
  const heatmaps = { ...spec, codec: { type: 'msra-heatmap' } } as const;
  const { layers, output } = attempt(where, () => measureNetwork(heatmaps));
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new LimberError('invalid-argument', {
      where,
      what: 'two blocks have one name, by which weights are saved',
      got: `"${twice}"`,
    });
  }
  const wanted = [inputSize.height / heatmapStride, inputSize.width / heatmapStride, jointCount];
  // the user's own code may return nothing
  const built = output as MapShape | undefined;
  const got = [built?.height, built?.width, built?.channels];
  if (got.join() === wanted.join()) return;
  throw new LimberError('invalid-argument', {
    where,
    what: `its output is no heatmap of a ${inputSize.height}x${inputSize.width} image`,
    expected: `[B, ${wanted.join(', ')}], a quarter of the image and a channel for each joint`,
    got: `[B, ${got.join(', ')}]`,
  });
}

function attempt<Result>(where: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    const problem = { where, what: 'the architecture threw', got: String(cause) };
    throw new LimberError('invalid-argument', problem, { cause });
  }
}
