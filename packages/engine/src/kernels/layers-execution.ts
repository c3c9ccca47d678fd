import type { Tensor } from '@tensorflow/tfjs';
import { isFusedBatchNormalization, trainBatchNormalization } from './batch-normalization-layer.ts';
import type { KernelRegistry } from './kernel-registry.ts';

/** A place in a tf.layers graph; its value is computed once per call. */
interface SymbolicPlace {
  readonly id: number;
}

/** One use of a layer. */
interface LayerNode {
  readonly outboundLayer: Layer;
  readonly inputTensors: readonly SymbolicPlace[];
  readonly outputTensors: readonly SymbolicPlace[];
}

interface Layer {
  /** Of an Activation layer. */
  readonly activation?: { getClassName(): string };
  getClassName(): string;
  apply(inputs: Tensor[], kwargs: Keywords): Tensor | Tensor[];
}

type Keywords = Readonly<Record<string, unknown>>;

/** A tf.layers graph of layers; private in tfjs's typings. */
interface LayersGraph {
  readonly inputs: readonly SymbolicPlace[];
  readonly outputs: readonly SymbolicPlace[];
  readonly layers: readonly Layer[];
  /** By depth, the outputs at 0. */
  readonly nodesByDepth: Readonly<Record<string, readonly LayerNode[]>>;
  call: (
    this: LayersGraph,
    inputs: Tensor | Tensor[],
    kwargs: Keywords | null,
  ) => Tensor | Tensor[];
}

/** Layers that pass masks on; graphs with one are left to tfjs. */
const maskingLayers: ReadonlySet<string> = new Set(['Masking', 'Embedding']);

/**
 * Lets a model that trains drop each activation as soon as its last layer has read it. What the way
 * back needs is kept by the kernels that need it; tfjs keeps all of them until the step ends, which
 * for a residual network is a third more memory. A batch normalisation that only a ReLU reads is
 * computed together with it.
 */
export function patchLayersExecution(registry: KernelRegistry): void {
  const { tf } = registry;
  const prototype = Object.getPrototypeOf(tf.LayersModel.prototype) as LayersGraph;
  const stock = prototype.call;
  prototype.call = function call(inputs, kwargs) {
    const isPlain =
      kwargs?.['training'] === true &&
      (kwargs['mask'] ?? null) === null &&
      !this.layers.some((layer) => maskingLayers.has(layer.getClassName()));
    if (!isPlain) return stock.call(this, inputs, kwargs);
    const values = Array.isArray(inputs) ? inputs : [inputs];
    const outputs = tf.tidy(() => runLayers(registry, this, { inputs: values, kwargs }));
    return outputs.length === 1 ? outputs[0]! : outputs;
  };
}

/** Runs every layer once, in order, and disposes what no layer after it reads. */
function runLayers(
  registry: KernelRegistry,
  graph: LayersGraph,
  { inputs, kwargs }: { readonly inputs: readonly Tensor[]; readonly kwargs: Keywords },
): Tensor[] {
  const nodes = Object.keys(graph.nodesByDepth)
    .map(Number)
    .sort((a, b) => b - a)
    .flatMap((depth) => graph.nodesByDepth[depth]!);
  const values = new Map<number, Tensor>();
  for (const [position, { id }] of graph.inputs.entries()) values.set(id, inputs[position]!);
  const kept = new Set([...graph.inputs, ...graph.outputs].map(({ id }) => id));
  const readers = findReaders(nodes);
  for (const node of nodes) {
    if (node.outputTensors.every(({ id }) => values.has(id))) continue;
    const read = node.inputTensors.map(({ id }) => values.get(id)!);
    const rectified = readers.get(node.outputTensors[0]!.id) ?? [];
    const isRectified =
      registry.hasNormalizedRelu &&
      rectified.length === 1 &&
      isRelu(rectified[0]!.outboundLayer) &&
      !kept.has(node.outputTensors[0]!.id) &&
      isFusedBatchNormalization(registry, node.outboundLayer, read[0]!);
    if (isRectified) {
      const y = registry.tf.tidy(() =>
        trainBatchNormalization(registry, node.outboundLayer as never, {
          input: read[0]!,
          activation: 'relu',
        }),
      );
      values.set(rectified[0]!.outputTensors[0]!.id, y);
    } else {
      const outputs = node.outboundLayer.apply(read, kwargs);
      for (const [position, { id }] of node.outputTensors.entries()) {
        values.set(id, Array.isArray(outputs) ? outputs[position]! : outputs);
      }
    }
    for (const { id } of node.inputTensors) {
      const left = readers.get(id)!.filter((reader) => reader !== node);
      readers.set(id, left);
      if (left.length === 0 && !kept.has(id)) values.get(id)!.dispose();
    }
  }
  return graph.outputs.map(({ id }) => values.get(id)!);
}

/** The nodes that read each value. */
function findReaders(nodes: readonly LayerNode[]): Map<number, LayerNode[]> {
  const readers = new Map<number, LayerNode[]>();
  for (const node of nodes) {
    for (const { id } of node.inputTensors) readers.set(id, [...(readers.get(id) ?? []), node]);
  }
  return readers;
}

function isRelu(layer: Layer): boolean {
  return layer.getClassName() === 'Activation' && layer.activation?.getClassName() === 'relu';
}
