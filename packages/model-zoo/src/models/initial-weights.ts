import { sizeOfShape } from '@limber/engine';
import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import type { KernelInitializer } from '../networks/network.ts';

/** A kernel that is to be filled. */
interface Kernel {
  /** Of the weight, such as `backbone.conv1/kernel`. */
  readonly name: string;
  /** [height, width, input channels, filters]. */
  readonly shape: readonly number[];
  readonly initializer: KernelInitializer;
}

/** The first values of a kernel: a pure function of seed, name, shape and initializer. */
export function initialKernel(seed: number, { name, shape, initializer }: Kernel): Float32Array {
  const values = new Float32Array(sizeOfShape(shape));
  fillNormal(values, createRandom(seed, name), standardDeviationOf(initializer, shape));
  return values;
}

function standardDeviationOf(initializer: KernelInitializer, shape: readonly number[]): number {
  switch (initializer.type) {
    case 'normal':
      return initializer.standardDeviation;
    case 'he-normal-fan-out': {
      const [height, width, , filters] = shape as [number, number, number, number];
      return Math.sqrt(2 / (height * width * filters));
    }
  }
}

/** Box-Muller, both deviates of a pair: tens of millions of weights are drawn. */
function fillNormal(values: Float32Array, random: Random, standardDeviation: number): void {
  for (let at = 0; at < values.length; at += 2) {
    const radius = standardDeviation * Math.sqrt(-2 * Math.log(1 - random.uniform()));
    const angle = 2 * Math.PI * random.uniform();
    values[at] = radius * Math.cos(angle);
    // past the end of an odd length this is dropped
    values[at + 1] = radius * Math.sin(angle);
  }
}
