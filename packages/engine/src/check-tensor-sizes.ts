import type { LayersModel } from '@tensorflow/tfjs';
import type { Engine } from './engine.ts';
import { largestTensorBytes, tooLarge } from './loading/guard-device.ts';
import { sizeOfShape } from './weights/tensor-data.ts';

type Shape = readonly (number | null)[];

/** One use of a layer; private in tf.layers' typings. */
interface LayerNode {
  readonly outputShapes: Shape | readonly Shape[];
}

const floatBytes = 4;

/**
 * Looks before the first step whether every activation and weight of a model is one that the engine's graphics processor
 * takes. Other engines take any size that memory has.
 *
 * @throws {LimberError} `limit-exceeded` naming the first layer that is too large.
 */
export function checkTensorSizes(
  { webgpu }: Pick<Engine, 'webgpu'>,
  model: LayersModel,
  batchSize: number,
): void {
  if (webgpu === null) return;
  const most = largestTensorBytes(webgpu);
  const check = (what: string, shape: readonly number[]): void => {
    const bytes = sizeOfShape(shape) * floatBytes;
    if (bytes <= most) return;
    throw tooLarge(`${what}, [${shape.join(', ')}] and ${bytes} bytes,`, webgpu);
  };
  for (const layer of model.layers) {
    const nodes = layer.inboundNodes as unknown as readonly LayerNode[];
    for (const { outputShapes } of nodes) {
      for (const shape of listShapes(outputShapes)) {
        const sides = shape.map((side) => side ?? batchSize);
        check(`the output of layer "${layer.name}"`, sides);
      }
    }
  }
  for (const { originalName, shape } of model.weights) {
    check(`the weight "${originalName}"`, shape as number[]);
  }
}

function listShapes(shapes: Shape | readonly Shape[]): readonly Shape[] {
  return Array.isArray(shapes[0]) ? (shapes as readonly Shape[]) : [shapes as Shape];
}
