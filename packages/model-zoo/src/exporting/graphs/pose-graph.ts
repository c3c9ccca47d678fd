import type { TensorData } from '@limber/engine';
import type { MapShape } from '../../networks/cost-network.ts';
import type { Padding } from '../../networks/network.ts';

/** What follows a layer at once. */
export type Activation = 'relu' | 'relu6' | 'sigmoid';

/** One operation of a trained network. Maps are [B, H, W, channels]. */
export type GraphNode =
  | ({
      readonly op: 'convolution';
      /** [height, width, input channels, filters]. */
      readonly kernel: TensorData;
      readonly bias: Float32Array;
      readonly stride: number;
      readonly padding: Padding;
    } & OneInput)
  | ({
      readonly op: 'depthwise';
      /** [height, width, channels, 1]. */
      readonly kernel: TensorData;
      readonly bias: Float32Array;
      readonly stride: number;
      readonly padding: Padding;
    } & OneInput)
  | ({
      readonly op: 'deconvolution';
      /** [4, 4, filters, input channels]; stride 2, one pixel cut off on every side. */
      readonly kernel: TensorData;
      readonly bias: Float32Array;
    } & OneInput)
  | ({ readonly op: Activation } & OneInput)
  /** 3x3, stride 2, padding 1. */
  | ({ readonly op: 'max-pool' } & OneInput)
  | ({ readonly op: 'upsample'; readonly interpolation: 'nearest' | 'bilinear' } & OneInput)
  /** [B, H, W, K] → [B, 1, K, H x W]. */
  | ({ readonly op: 'flatten' } & OneInput)
  | (Named & { readonly op: 'add'; readonly inputs: readonly [string, string] });

interface Named {
  readonly name: string;
  /** Of its output, for one image. */
  readonly shape: MapShape;
}

interface OneInput extends Named {
  /** The name of a node before, or of the graph's input. */
  readonly input: string;
}

/** A trained network as a list of operations, each after those that it needs. */
export interface PoseGraph {
  /** The name that stands for the normalised images. */
  readonly input: string;
  readonly nodes: readonly GraphNode[];
  /** The name of the node whose output is the model's. */
  readonly output: string;
}

/** The names that a node reads. */
export function inputsOf(node: GraphNode): readonly string[] {
  return node.op === 'add' ? node.inputs : [node.input];
}
