import { byPath } from '../fingerprints/file-stat.ts';
import type { OutputPart, ResolvedInput } from '../parsing/resolved-pipeline.ts';
import type { Artifact } from '../store/artifact.ts';
import type { StoredOutput } from '../store/objects.ts';
import { readTree } from '../store/objects.ts';
import { sha256Of } from '../store/sha256.ts';
import type { StateFolder } from '../store/state-folder.ts';
import type { TreeEntry } from '../store/tree.ts';
import { encodeTree, selectFromTree } from '../store/tree.ts';

/** What a stage reads of another one's output, as it lies in the store. */
type StoredPart =
  | { readonly type: 'file'; readonly sha256: string; readonly sizeBytes: number }
  | { readonly type: 'folder'; readonly entries: readonly TreeEntry[] };

/** What a stage that another one reads has come to. */
export type Upstream =
  | {
      readonly type: 'settled';
      readonly artifact: Artifact;
      readonly hasRun: boolean;
      /** Its files are in the remote store only. */
      readonly isElsewhere: boolean;
    }
  | { readonly type: 'will-run' };

/** Who reads, and where what the stages above it made is found. */
export interface ReaderContext {
  /** The stage that reads, for messages. */
  readonly reader: string;
  readonly state: StateFolder;
  readonly upstream: (stage: string) => Upstream;
}

/** What a stage above the reader wrote under this name. */
export function outputOf(part: OutputPart, { upstream }: ReaderContext): StoredOutput {
  const found = upstream(part.stage);
  if (found.type === 'settled') return found.artifact.outputs[part.output]!;
  throw new Error(`Stage "${part.stage}" has no outputs yet.`);
}

/**
 * The content of an input that is another stage's output, as the fingerprint sees it.
 *
 * @throws {Error} if the stage did not write what is read.
 */
export function digestOutput(part: OutputPart, context: ReaderContext): string {
  const stored = outputOf(part, context);
  if (part.subpath === '') return `${stored.kind}:${stored.digest}`;
  const found = readPart(part, context);
  return found.type === 'file' ? `file:${found.sha256}` : digestEntries(found.entries);
}

/** A folder as the fingerprint sees it. */
export function digestEntries(entries: readonly TreeEntry[]): string {
  return `folder:${sha256Of(encodeTree(entries))}`;
}

/** The outputs of several stages as one folder, with an entry for each. */
export function collectEntries(
  { members }: Extract<ResolvedInput, { type: 'collection' }>,
  context: ReaderContext,
): TreeEntry[] {
  const entries = Object.entries(members).flatMap(([key, part]): TreeEntry[] => {
    const found = readPart(part, context);
    if (found.type === 'file') {
      return [{ type: 'file', path: key, sha256: found.sha256, sizeBytes: found.sizeBytes }];
    }
    if (found.entries.length === 0) return [{ type: 'folder', path: `${key}/` }];
    return found.entries.map((entry) => ({ ...entry, path: `${key}/${entry.path}` }));
  });
  return entries.sort(byPath);
}

function readPart(part: OutputPart, context: ReaderContext): StoredPart {
  const { state, reader } = context;
  const { stage, output, subpath } = part;
  const stored = outputOf(part, context);
  const entries = stored.kind === 'folder' ? readTree(state, stored.digest) : undefined;
  if (subpath === '' && stored.kind === 'file') {
    return { type: 'file', sha256: stored.digest, sizeBytes: stored.sizeBytes };
  }
  if (subpath === '' && entries !== undefined) return { type: 'folder', entries };
  const selected = entries && selectFromTree(entries, subpath);
  if (selected !== undefined) return selected;
  const read = `${stage}/${output}/${subpath}`;
  throw new Error(`Stage "${reader}" reads "${read}", but stage "${stage}" did not write it.`);
}
