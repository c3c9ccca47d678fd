import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Size } from '@limber/keypoints';
import type { RunExport } from '../compare-export.ts';

/** The part of `onnxruntime-node` that is used. */
interface OnnxRuntime {
  readonly InferenceSession: {
    create(bytes: Uint8Array): Promise<{
      run(feeds: Record<string, unknown>): Promise<Record<string, { readonly data: Float32Array }>>;
      release(): Promise<void>;
    }>;
  };
  readonly Tensor: new (type: 'uint8', data: Uint8Array, dims: readonly number[]) => unknown;
}

/** Runs ONNX files by `onnxruntime-node`. @returns undefined where that package is not installed. */
export async function loadOnnxRuntime(): Promise<
  | ((bytes: Uint8Array, sizes: { readonly input: Size; readonly jointCount: number }) => RunExport)
  | undefined
> {
  const runtime = await importRuntime();
  if (runtime === undefined) return undefined;
  return (bytes, { input, jointCount }) =>
    async (images, batch) => {
      const session = await runtime.InferenceSession.create(bytes);
      try {
        const shape = [batch, input.height, input.width, 3];
        const { heatmaps, keypoints } = await session.run({
          images: new runtime.Tensor('uint8', images, shape),
        });
        const maps = channelsLast(heatmaps!.data, batch, jointCount);
        return { heatmaps: maps, ...(keypoints ? { keypoints: keypoints.data } : {}) };
      } finally {
        await session.release();
      }
    };
}

async function importRuntime(): Promise<OnnxRuntime | undefined> {
  try {
    const path = createRequire(import.meta.url).resolve('onnxruntime-node');
    const { default: runtime } = (await import(pathToFileURL(path).href)) as {
      default: OnnxRuntime;
    };
    return runtime;
  } catch {
    // not installed, or not for this machine: the caller says so
    return undefined;
  }
}

/** [B, K, H, W] as [B, H, W, K]. */
function channelsLast(data: Float32Array, batch: number, channels: number): Float32Array {
  const turned = new Float32Array(data.length);
  const pixels = data.length / batch / channels;
  for (let at = 0; at < data.length; at++) {
    const pixel = at % pixels;
    const channel = Math.floor(at / pixels) % channels;
    const image = Math.floor(at / pixels / channels);
    turned[(image * pixels + pixel) * channels + channel] = data[at]!;
  }
  return turned;
}
