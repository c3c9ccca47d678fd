import { byPath } from '../fingerprints/file-look.ts';
import type { OutputPart, ResolvedInput } from '../parsing/resolved-pipeline.ts';
import type { Artifact } from '../store/artifact.ts';
import { readTree } from '../store/objects.ts';
import type { StateFolder } from '../store/state-folder.ts';
import type { TreeEntry } from '../store/tree.ts';
import { encodeTree, selectFromTree, sha256Of } from '../store/tree.ts';

/** What a stage reads of another one's output, as it lies in the store. */
type StoredPart =
  | { readonly type: 'file'; readonly sha256: string; readonly sizeBytes: number }
  | { readonly type: 'folder'; readonly entries: readonly TreeEntry[] };

/** Where what a stage has made is found. */
interface PartContext {
  readonly state: StateFolder;
  readonly artifactOf: (stage: string) => Artifact;
}

/**
 * The content of an input that is another stage's output, as the fingerprint sees it.
 *
 * @throws {Error} if the stage did not write what is read.
 */
export function digestOutput(reader: string, part: OutputPart, context: PartContext): string {
  const stored = context.artifactOf(part.stage).outputs[part.output]!;
  if (part.subpath === '') return `${stored.kind}:${stored.digest}`;
  const found = readPart(reader, part, context);
  return found.type === 'file' ? `file:${found.sha256}` : digestEntries(found.entries);
}

/** A folder as the fingerprint sees it. */
export function digestEntries(entries: readonly TreeEntry[]): string {
  return `folder:${sha256Of(encodeTree(entries))}`;
}

/** The outputs of several stages as one folder, with an entry for each. */
export function collectEntries(
  reader: string,
  { members }: Extract<ResolvedInput, { type: 'collection' }>,
  context: PartContext,
): TreeEntry[] {
  const entries = Object.entries(members).flatMap(([key, part]): TreeEntry[] => {
    const found = readPart(reader, part, context);
    if (found.type === 'file') {
      return [{ type: 'file', path: key, sha256: found.sha256, sizeBytes: found.sizeBytes }];
    }
    if (found.entries.length === 0) return [{ type: 'folder', path: `${key}/` }];
    return found.entries.map((entry) => ({ ...entry, path: `${key}/${entry.path}` }));
  });
  return entries.sort(byPath);
}

function readPart(
  reader: string,
  { stage, output, subpath }: OutputPart,
  { state, artifactOf }: PartContext,
): StoredPart {
  const stored = artifactOf(stage).outputs[output]!;
  const entries = stored.kind === 'folder' ? readTree(state, stored.digest) : undefined;
  if (subpath === '' && stored.kind === 'file') {
    return { type: 'file', sha256: stored.digest, sizeBytes: stored.sizeBytes };
  }
  if (subpath === '' && entries !== undefined) return { type: 'folder', entries };
  const part = entries && selectFromTree(entries, subpath);
  if (part !== undefined) return part;
  const read = `${stage}/${output}/${subpath}`;
  throw new Error(`Stage "${reader}" reads "${read}", but stage "${stage}" did not write it.`);
}
