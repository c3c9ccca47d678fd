import type { DigestCache } from '../fingerprints/digest-cache.ts';
import { readInputContent } from '../fingerprints/digest-input.ts';
import type { Part } from '../fingerprints/parts.ts';
import { readStageParts } from '../fingerprints/stage-parts.ts';
import type { ResolvedInput, ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { StateFolder } from '../store/state-folder.ts';
import type { TreeEntry } from '../store/tree.ts';
import type { Upstream } from './stored-part.ts';
import { collectEntries, digestEntries, digestOutput } from './stored-part.ts';

/** What a stage's parts are read from. */
export interface PartsContext {
  readonly state: StateFolder;
  readonly cache: DigestCache;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly upstream: (stage: string) => Upstream;
  readonly isDryRun: boolean;
}

/** A stage's parts at this moment. */
export interface ReadParts {
  readonly parts: readonly Part[];
  /** Inputs that do not exist yet, and the stages that will make them. */
  readonly waitsFor: readonly { readonly name: string; readonly stage: string }[];
  /** The listings of the folders that it reads, by digest. */
  readonly list: () => Promise<Map<string, readonly TreeEntry[]>>;
}

/**
 * Reads everything that decides what a stage produces.
 *
 * @throws {Error} if an input cannot be read; with `exitCode` 2 if it is the user's own.
 */
export async function readParts(stage: ResolvedStage, context: PartsContext): Promise<ReadParts> {
  const { state, cache, upstream } = context;
  const parts = await readStageParts(stage, { ...context, workspace: state.workspace });
  const reading = { reader: stage.name, state, upstream };
  const waitsFor: { name: string; stage: string }[] = [];
  const lists: [string, () => Promise<readonly TreeEntry[] | undefined>][] = [];
  for (const input of stage.inputs) {
    const { name } = input;
    const missing = sourcesOf(input).filter((source) => upstream(source).type === 'will-run');
    waitsFor.push(...missing.map((source) => ({ name, stage: source })));
    if (missing.length > 0) continue;
    switch (input.type) {
      case 'files': {
        const { value, list } = await readGiven(stage.name, input, cache);
        lists.push([value, list]);
        parts.push({ kind: 'input', name, value, label: input.labels.join(', ') });
        break;
      }
      case 'output':
        parts.push({ kind: 'input', name, value: digestOutput(input, reading) });
        break;
      case 'collection': {
        const entries = collectEntries(input, reading);
        const value = digestEntries(entries);
        lists.push([value, () => Promise.resolve(entries)]);
        parts.push({ kind: 'input', name, value });
        break;
      }
    }
  }
  return { parts, waitsFor, list: () => listAll(lists) };
}

/** The stages whose outputs an input reads. */
export function sourcesOf(input: ResolvedInput): string[] {
  switch (input.type) {
    case 'files':
      return [];
    case 'output':
      return [input.stage];
    case 'collection':
      return Object.values(input.members).map(({ stage }) => stage);
  }
}

async function listAll(
  lists: readonly [string, () => Promise<readonly TreeEntry[] | undefined>][],
): Promise<Map<string, readonly TreeEntry[]>> {
  const listings = new Map<string, readonly TreeEntry[]>();
  for (const [value, list] of lists) {
    const entries = await list();
    if (entries !== undefined) listings.set(value.slice('folder:'.length), entries);
  }
  return listings;
}

/** An input that the user gave cannot be read. */
class UnreadableInput extends Error {
  readonly exitCode = 2;
}

async function readGiven(
  stage: string,
  input: Extract<ResolvedInput, { type: 'files' }>,
  cache: DigestCache,
): ReturnType<typeof readInputContent> {
  try {
    return await readInputContent(input, cache);
  } catch (error) {
    const why = (error as Error).message;
    throw new UnreadableInput(`Stage "${stage}" cannot read its input "${input.name}": ${why}`);
  }
}
