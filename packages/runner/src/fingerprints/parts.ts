import { leavesOf } from '../json.ts';
import { sha256Of } from '../store/sha256.ts';

/** Why something is part of a stage's fingerprint. */
export type PartKind =
  /** The layout of the store and of fingerprints: a runner that stores otherwise shares nothing. */
  | 'format'
  /** Node's major version: numbers, streams and file formats may come out differently. */
  | 'node'
  /** A file of the workspace that the stage's module reaches, by meaning: it may do something else now. */
  | 'code'
  /** An installed package that the module reaches, or that one of those depends on, by version. */
  | 'package'
  /** The shell command itself. */
  | 'command'
  /** A file of the workspace that the command names. */
  | 'file'
  /** A parameter: one leaf of `with`, after parsing. */
  | 'param'
  /** What the stage's definition finds on this machine. */
  | 'machine'
  /** What a resumable stage extends: another start may come to another end. */
  | 'lineage'
  /** What an input holds: by content, so that touching or renaming a source changes nothing. */
  | 'input'
  /** An environment variable that the stage declares; its value is kept as a digest only. */
  | 'environment'
  /** The name and path of an output: another name is another artifact. */
  | 'output';

/** One thing that decides what a stage produces. */
export interface Part {
  readonly kind: PartKind;
  /** Unique within its kind. */
  readonly name: string;
  readonly value: string;
  /** What a person calls it, where that is not its name; not in the fingerprint. */
  readonly label?: string;
  /** Params that only extend a resumable stage's work. */
  readonly isExtending?: true;
}

/** The key of a stage's artifact: a digest of all parts. */
export function fingerprintOf(parts: readonly Part[]): string {
  const lines = parts.map(({ kind, name, value }) => JSON.stringify([kind, name, value]));
  return sha256Of(lines.sort().join('\n'));
}

/** The key of a resumable stage's working folder: the parts without those that extend it, and its lineage. */
export function workKeyOf(parts: readonly Part[]): string {
  return fingerprintOf(
    parts.filter((part) => part.isExtending !== true && part.kind !== 'lineage'),
  );
}

/** The parts that a JSON value of parameters comes to, one for each leaf; a list is one leaf. */
export function paramParts(
  params: unknown,
  extending: readonly string[],
  labelOf: (path: readonly string[]) => string,
): Part[] {
  return leavesOf(params).map(([path, leaf]): Part => {
    const dotted = path.join('.');
    const isExtending = extending.some((name) => dotted === name || dotted.startsWith(`${name}.`));
    return {
      kind: 'param',
      name: path.map((segment) => segment.replaceAll('.', '\\.')).join('.'),
      value: JSON.stringify(leaf),
      label: labelOf(path),
      ...(isExtending ? { isExtending } : {}),
    };
  });
}
