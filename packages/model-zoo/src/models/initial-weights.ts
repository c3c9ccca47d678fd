import { sizeOfShape } from '@limber/engine';
import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import type { KernelInitializer } from '../networks/network.ts';

/** A kernel that is to be filled. */
interface Kernel {
  /** Of the weight, such as `backbone.conv1/kernel`. */
  readonly name: string;
  /** [height, width, input channels, filters] of a convolution. */
  readonly shape: readonly number[];
  readonly initializer: KernelInitializer;
}

/** The first values of a kernel: a pure function of seed, name, shape and initializer. */
export function initialKernel(seed: number, { name, shape, initializer }: Kernel): Float32Array {
  const values = new Float32Array(sizeOfShape(shape));
  const random = createRandom(seed, name);
  switch (initializer.type) {
    case 'uniform':
      return values.map(() => random.uniform(initializer.low, initializer.high));
    case 'normal':
      fillNormal(values, random, initializer.standardDeviation);
      return values;
    case 'he-normal-fan-out': {
      const [height, width, , filters] = shape as [number, number, number, number];
      fillNormal(values, random, Math.sqrt(2 / (height * width * filters)));
      return values;
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
