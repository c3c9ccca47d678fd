export { synthesizeDataset } from './synthesize-dataset.ts';
export type { SynthesizeOptions } from './synthesize-dataset.ts';
export type { SyntheticOptions, RenderControl } from './clips/render-clips.ts';
export type { SceneOptions } from './clips/scene-options.ts';
export type { MotionShares } from './motions/create-motion.ts';
export type { Action, Fault, MotionLabel } from './motions/motion-label.ts';
