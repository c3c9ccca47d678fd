/** The part of the vocabulary that loads no schema library: for commands that are to start fast. */
export { LimberError } from '@limber/files';
export type { LimberErrorCode } from '@limber/files';
export { nearestName } from '@limber/files';
export type { CocoAnnotation, CocoCategory, CocoImage } from './coco/coco-dataset.ts';
export { areaOfBox } from './coco/area-of-box.ts';
export { countLabelled } from './coco/count-labelled.ts';
export { coco17 } from './skeletons/coco17.ts';
export { deriveSkeleton } from './skeletons/derive-skeleton.ts';
export { flipIndices } from './skeletons/skeleton.ts';
export type { Skeleton } from './skeletons/skeleton.ts';
