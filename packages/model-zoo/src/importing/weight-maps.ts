/** How a file's names become those of the zoo's layers. */
export interface WeightMap {
  /** The module path that the zoo gives it, such as `backbone.layer1.0.conv1.weight`; undefined for what is left out. */
  readonly rename: (name: string) => string | undefined;
  /** Whether the weights of a layer come from somewhere else, so that none are expected in the file. */
  readonly startsFresh: (layer: string) => boolean;
}

/** Names of {@link weightMaps}. */
export type WeightMapName = 'torchvision' | 'mmpose';

/** A counter that PyTorch keeps in every batch norm, and that only a momentum of None reads. */
const batchCounter = /\.num_batches_tracked$/;

/** Every source of weights there is a map for. */
export const weightMaps: Readonly<Record<WeightMapName, WeightMap>> = {
  /** ResNet-18, 34, 50 and 101 of torchvision: a backbone (`conv1.weight`), whose classifier (`fc`) is left out. */
  torchvision: {
    rename: (name) =>
      name.startsWith('fc.') || batchCounter.test(name) ? undefined : `backbone.${name}`,
    startsFresh: (layer) => !layer.startsWith('backbone.'),
  },
  /** SimpleBaseline of MMPose 1 (`head.…`) and MMPose 0 (`keypoint_head.…`): the whole model. */
  mmpose: {
    rename: (name) =>
      batchCounter.test(name) ? undefined : name.replace(/^keypoint_head\./, 'head.'),
    startsFresh: () => false,
  },
};

/** The map whose names a file has. */
export function detectWeightMap(names: Iterable<string>): WeightMapName | undefined {
  for (const name of names) {
    if (name === 'conv1.weight') return 'torchvision';
    if (name === 'backbone.conv1.weight') return 'mmpose';
  }
  return undefined;
}
