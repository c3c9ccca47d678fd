import type { KernelInitializer, Network } from '../networks/network.ts';

/** First weights of the dense layer, as in MMPose's `RLEHead`. */
const initializer: KernelInitializer = { type: 'normal', standardDeviation: 0.01 };

/** x, y, and how unsure the model is of each. */
const numbersPerJoint = 4;

/**
 * The plain regression head: each joint's map as one row, and a dense layer to its place and deviations.
 *
 * @param maps - [B, h, w, K].
 * @returns [B, 1, K, 4].
 * @see Li et al. 2021, arXiv:2107.11291, section 3.
 */
export function regressionHead<T>(network: Network<T>, maps: T): T {
  const rows = network.flatten('regression.rows', maps);
  return network.convolution('regression.places', rows, {
    filters: numbersPerJoint,
    kernelSize: 1,
    hasBias: true,
    initializer,
  });
}
