import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { CodecConfig } from '@limber/keypoints';
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

/** What the outputs of a file are. */
interface OutputMeaning {
  readonly codec: CodecConfig;
  readonly jointCount: number;
}

/** Runs ONNX files by `onnxruntime-node`. @returns undefined where that package is not installed. */
export async function loadOnnxRuntime(): Promise<
  ((bytes: Uint8Array, meaning: OutputMeaning) => RunExport) | undefined
> {
  const runtime = await importRuntime();
  if (runtime === undefined) return undefined;
  return (bytes, { codec, jointCount }) =>
    async (images, batch) => {
      const session = await runtime.InferenceSession.create(bytes);
      try {
        const shape = [batch, codec.inputSize.height, codec.inputSize.width, 3];
        const outputs = await session.run({
          images: new runtime.Tensor('uint8', images, shape),
        });
        const output = outputOf(outputs, codec, { batch, jointCount });
        const { keypoints } = outputs;
        return { output, ...(keypoints ? { keypoints: keypoints.data } : {}) };
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

/** The outputs of a file as the network's own. */
function outputOf(
  outputs: Record<string, { readonly data: Float32Array }>,
  { type }: CodecConfig,
  { batch, jointCount }: { readonly batch: number; readonly jointCount: number },
): Float32Array {
  switch (type) {
    case 'msra-heatmap':
    case 'udp-heatmap':
      return channelsLast(outputs['heatmaps']!.data, batch, jointCount);
    case 'simcc':
      return joinRows(outputs['simcc_x']!.data, outputs['simcc_y']!.data, batch * jointCount);
    case 'regression':
      return outputs['places']!.data;
  }
}

/** Each row of the one before that of the other. */
function joinRows(first: Float32Array, second: Float32Array, rows: number): Float32Array {
  const joined = new Float32Array(first.length + second.length);
  const [before, after] = [first.length / rows, second.length / rows];
  for (let row = 0; row < rows; row++) {
    const at = row * (before + after);
    joined.set(first.subarray(row * before, (row + 1) * before), at);
    joined.set(second.subarray(row * after, (row + 1) * after), at + before);
  }
  return joined;
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
