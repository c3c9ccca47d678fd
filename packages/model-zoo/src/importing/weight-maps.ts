/** How a file's names become those of the zoo's layers. */
export interface WeightMap {
  /** The module path that the zoo gives it, such as `backbone.layer1.0.conv1.weight`; undefined for what is left out. */
  readonly rename: (name: string) => string | undefined;
  /** Whether the weights of a layer come from somewhere else, so that none are expected in the file. */
  readonly startsFresh: (layer: string) => boolean;
  /** What becomes of a class token's position: the file's model adds it to every patch's, or the token alone has it. */
  readonly classToken: 'added' | 'alone';
}

/** Names of {@link weightMaps}. */
export type WeightMapName = 'torchvision' | 'mmpose' | 'mmpretrain' | 'vitpose' | 'timm';

/** A counter that PyTorch keeps in every batch norm, and that only a momentum of None reads. */
const batchCounter = /\.num_batches_tracked$/;

const isNoBackbone = (layer: string): boolean => !layer.startsWith('backbone.');

/** Parts of names of timm's vision transformers, and MMPretrain's for the same. */
const transformerNames = [
  [/^backbone\.blocks\./, 'backbone.layers.'],
  [/\.norm([12])\./, '.ln$1.'],
  [/\.mlp\.fc1\./, '.ffn.layers.0.0.'],
  [/\.mlp\.fc2\./, '.ffn.layers.1.'],
  [/^backbone\.(last_)?norm\./, 'backbone.ln1.'],
  [/^backbone\.patch_embed\.proj\./, 'backbone.patch_embed.projection.'],
] as const;

function renameTransformer(name: string): string {
  return transformerNames.reduce((renamed, [from, to]) => renamed.replace(from, to), name);
}

/** Every source of weights there is a map for. */
export const weightMaps: Readonly<Record<WeightMapName, WeightMap>> = {
  /** ResNet-18, 34, 50 and 101 of torchvision: a backbone (`conv1.weight`), whose classifier (`fc`) is left out. */
  torchvision: {
    rename: (name) =>
      name.startsWith('fc.') || batchCounter.test(name) ? undefined : `backbone.${name}`,
    startsFresh: isNoBackbone,
    classToken: 'alone',
  },
  /** SimpleBaseline, MobileNetV2, HRNet, RTMPose and ViTPose of MMPose 1 (`head.…`) and 0 (`keypoint_head.…`): the whole model. */
  mmpose: {
    rename: (name) =>
      batchCounter.test(name) ? undefined : name.replace(/^keypoint_head\./, 'head.'),
    startsFresh: () => false,
    classToken: 'added',
  },
  /** A backbone of MMPretrain, such as the CSPNeXt that RTMPose starts from (`backbone.…`); its classifier is left out. */
  mmpretrain: {
    rename: (name) =>
      isNoBackbone(name) || batchCounter.test(name) || name === 'backbone.cls_token'
        ? undefined
        : name,
    startsFresh: isNoBackbone,
    classToken: 'alone',
  },
  /** ViTPose of its authors (`backbone.blocks.…`): the whole model. */
  vitpose: {
    rename: (name) =>
      batchCounter.test(name)
        ? undefined
        : renameTransformer(name).replace(/^keypoint_head\./, 'head.'),
    startsFresh: () => false,
    classToken: 'added',
  },
  /** A vision transformer of timm, DeiT or MAE (`blocks.…`): a backbone, whose class token and classifier are left out. */
  timm: {
    rename: (name) =>
      /^(blocks|norm|patch_embed)\.|^pos_embed$/.test(name)
        ? renameTransformer(`backbone.${name}`)
        : undefined,
    startsFresh: isNoBackbone,
    classToken: 'alone',
  },
};

/** Names by which a source is known. */
const marks: readonly (readonly [mark: string, map: WeightMapName])[] = [
  ['conv1.weight', 'torchvision'],
  ['backbone.blocks.0.attn.qkv.weight', 'vitpose'],
  ['blocks.0.attn.qkv.weight', 'timm'],
];
/** First layers of what MMPose and MMPretrain train. */
const firstLayers = [
  'backbone.conv1.weight',
  'backbone.conv1.conv.weight',
  'backbone.stem.0.conv.weight',
  'backbone.patch_embed.projection.weight',
];
const poseHead = /^(head|keypoint_head)\.(?!fc\.|layers\.)/;

/** The map whose names a file has. */
export function detectWeightMap(names: Iterable<string>): WeightMapName | undefined {
  const all = new Set(names);
  const marked = marks.find(([mark]) => all.has(mark));
  if (marked !== undefined) return marked[1];
  if (!firstLayers.some((layer) => all.has(layer))) return undefined;
  return [...all].some((name) => poseHead.test(name)) ? 'mmpose' : 'mmpretrain';
}
