import type { Tensor4D } from '@tensorflow/tfjs';
import type { LoadedWasm } from './wasm-backend.ts';
import { loadWasmBackend } from './wasm-backend.ts';

/** Emscripten starts so many threads, and XNNPACK's own is one more. */
const mostThreads = 8;

/** A convolution of a small network: [8, 40, 32, 32] by 3x3. */
const imageShape = [8, 40, 32, 32] as const;
const filterShape = [3, 3, 32, 32] as const;
const warmUps = 2;
const runs = 9;

/**
 * Loads the WASM backend with so many threads, or with one where that is faster: threads wait for each other by
 * spinning, so on a busy machine, or one with fewer processors than it tells, they are slower than one alone. The
 * results are the same, bit for bit.
 */
export async function loadFastestWasmBackend(threads: number): Promise<LoadedWasm> {
  const several = Math.min(threads, mostThreads);
  const single = await loadWasmBackend(1);
  if (several === 1) return single;
  const aloneMs = measure(single);
  const loaded = await loadWasmBackend(several);
  return measure(loaded) < aloneMs ? loaded : loadWasmBackend(1);
}

/** Median of some runs, in milliseconds. */
function measure({ tf }: LoadedWasm): number {
  return tf.tidy(() => {
    const image: Tensor4D = tf.ones([...imageShape]);
    const filter: Tensor4D = tf.ones([...filterShape]);
    const times = Array.from({ length: warmUps + runs }, () => {
      const start = performance.now();
      tf.conv2d(image, filter, 1, 'same').dispose();
      return performance.now() - start;
    });
    const sorted = times.slice(warmUps).sort((a, b) => a - b);
    return sorted[runs >> 1]!;
  });
}
