import { KeypointDataset } from './keypoint-dataset.ts';
import type { KeypointSource, SharedSource } from './keypoint-source.ts';
import { readConcatenated } from './mixed-dataset.ts';

/** The part of a source that a batch is made from. */
export type ReadableSource = Pick<KeypointSource, 'folder' | 'size' | 'skeleton' | 'head' | 'get'>;

/** Opens what another thread has opened, for reading its rows. */
export function openShared({ parts: shared }: SharedSource): ReadableSource {
  const parts = shared.map((part) => KeypointDataset.fromShared(part));
  const [first] = parts as [KeypointDataset];
  if (parts.length === 1) return first;
  return {
    folder: parts.map(({ folder }) => folder).join(' + '),
    size: parts.reduce((sum, { size }) => sum + size, 0),
    skeleton: first.skeleton,
    head: (row) => readConcatenated(parts, row, (part, at) => part.head(at)),
    get: (row, scratch) => readConcatenated(parts, row, (part, at) => part.get(at, scratch)),
  };
}
