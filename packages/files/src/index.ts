export { describeProblem, LimberError } from './errors/limber-error.ts';
export type { LimberErrorCode, Problem } from './errors/limber-error.ts';
export { nearestName } from './errors/nearest-name.ts';
export { writeFileAtomic } from './files/write-file-atomic.ts';
export { withStagingFolder } from './folders/staging-folder.ts';
export { mapInOrder } from './mapping/map-in-order.ts';
