import type { Engine, Tensor, Tensor4D } from '@limber/engine';

type Tf = Engine['tf'];
type Layer = InstanceType<Tf['layers']['Layer']>;

/** [B, H, W, C]; a size is null where it is not known yet. */
type LayerShape = (number | null)[];

/** The layer's class in a saved model. */
const className = 'HalfPixelUpsampling';

/**
 * A layer that doubles height and width bilinearly with half-pixel centers: what Keras's `UpSampling2D` does with
 * `interpolation='bilinear'`. The one of TensorFlow.js samples at the corners of pixels instead.
 */
export function createHalfPixelUpsampling(tf: Tf, name: string): Layer {
  const Layer = layerClassOf(tf);
  return new Layer({ name });
}

const classes = new WeakMap<Tf, new (config: { readonly name: string }) => Layer>();

function layerClassOf(tf: Tf): new (config: { readonly name: string }) => Layer {
  const known = classes.get(tf);
  if (known !== undefined) return known;
  class HalfPixelUpsampling extends tf.layers.Layer {
    static className = className;

    override computeOutputShape([batch, height, width, channels]: LayerShape): LayerShape {
      return [batch!, height! * 2, width! * 2, channels!];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      const input = (Array.isArray(inputs) ? inputs[0]! : inputs) as Tensor4D;
      const [, height, width] = input.shape;
      return tf.image.resizeBilinear(input, [height * 2, width * 2], false, true);
    }
  }
  tf.serialization.registerClass(HalfPixelUpsampling);
  classes.set(tf, HalfPixelUpsampling);
  return HalfPixelUpsampling;
}
