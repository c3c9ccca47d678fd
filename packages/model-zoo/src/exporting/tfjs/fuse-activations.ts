import type { GraphNode, PoseGraph } from '../graphs/pose-graph.ts';
import { inputsOf } from '../graphs/pose-graph.ts';

/** A node, and the activation that follows it in the same operation. */
export type FusedNode = GraphNode & { readonly activation?: 'relu' | 'relu6' };

/** Joins each ReLU to the convolution before it, where nothing else reads that convolution. */
export function fuseActivations({ nodes, input, output }: PoseGraph): {
  readonly input: string;
  readonly nodes: readonly FusedNode[];
  readonly output: string;
} {
  const readers = new Map<string, number>();
  for (const name of nodes.flatMap(inputsOf)) readers.set(name, (readers.get(name) ?? 0) + 1);
  const fused = new Map<string, FusedNode>();
  for (const node of nodes) {
    if (node.op === 'relu' || node.op === 'relu6') {
      const before = fused.get(node.input);
      const isLayer = before?.op === 'convolution' || before?.op === 'depthwise';
      if (before !== undefined && isLayer && readers.get(node.input) === 1) {
        fused.delete(node.input);
        fused.set(node.name, { ...before, name: node.name, activation: node.op });
        continue;
      }
    }
    fused.set(node.name, node);
  }
  return { input, nodes: [...fused.values()], output };
}
