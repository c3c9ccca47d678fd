export { synthesizeDataset } from './synthesize-dataset.ts';
export type { SynthesizeOptions } from './synthesize-dataset.ts';
export type { SyntheticOptions, RenderControl } from './clips/render-clips.ts';
