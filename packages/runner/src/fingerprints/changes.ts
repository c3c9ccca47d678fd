import { shorten } from '../json.ts';
import type { TreeEntry } from '../store/tree.ts';
import type { Part } from './parts.ts';

/**
 * Says everything that makes a stage's parts differ from those of an earlier run, each as a
 * sentence of its own: `params.train.lr: 0.001 → 0.002`, `code: packages/trainer/dist/fit.js changed`.
 *
 * @param options.inputCause - why the named input differs, where another stage is the reason.
 * @param options.readListing - the files that a folder's digest stands for, where still known.
 */
export function explainChanges(
  before: readonly Part[],
  after: readonly Part[],
  options: {
    readonly inputCause: (name: string) => string | undefined;
    readonly readListing: (digest: string) => readonly TreeEntry[] | undefined;
  },
): string[] {
  const old = byKey(before);
  const current = byKey(after);
  const keys = [...new Set([...current.keys(), ...old.keys()])];
  return keys.flatMap((key) => {
    const [from, to] = [old.get(key), current.get(key)];
    if (from?.value === to?.value) return [];
    if ((to ?? from)?.kind !== 'input') return [explainPart(from, to)];
    return explainInput(from, to, options);
  });
}

function byKey(parts: readonly Part[]): Map<string, Part> {
  return new Map(parts.map((part) => [`${part.kind} ${part.name}`, part]));
}

function explainPart(from: Part | undefined, to: Part | undefined): string {
  const part = (to ?? from)!;
  const how = from === undefined ? 'is new' : to === undefined ? 'is gone' : 'changed';
  const step = `${show(from?.value)} → ${show(to?.value)}`;
  switch (part.kind) {
    case 'format':
      return `store format: ${step}`;
    case 'node':
      return `node: ${step}`;
    case 'code':
      return `code: ${part.name} ${how}`;
    case 'package':
      return `package ${part.name}: ${step}`;
    case 'file':
      return `file ${part.name} ${how}`;
    case 'command':
      return `run: ${step}`;
    case 'param':
      return `${part.label ?? part.name}: ${step}`;
    case 'machine':
      return `${part.name}: ${step}`;
    case 'lineage':
      return `what it extends ${how}`;
    case 'environment':
      return `env ${part.name} ${how}`;
    case 'input':
      return `input ${part.name}: ${to === undefined ? 'is gone' : 'changed'}`;
    case 'output':
      return `output ${part.name}: ${step}`;
  }
}

function explainInput(
  from: Part | undefined,
  to: Part | undefined,
  options: Parameters<typeof explainChanges>[2],
): string[] {
  const { name, label } = (to ?? from)!;
  const cause = options.inputCause(name);
  if (cause !== undefined) return [`input ${name}: ${cause}`];
  if (from === undefined || to === undefined) {
    return [`input ${name}: ${from === undefined ? 'is new' : 'is gone'}`];
  }
  const changed = listChanges(from.value, to.value, options.readListing);
  return [`input ${name}: ${changed ?? `${label ?? 'its content'} changed`}`];
}

/** At most this many files of a folder are named; the rest are counted. */
const shownFiles = 3;

function listChanges(
  from: string,
  to: string,
  readListing: (digest: string) => readonly TreeEntry[] | undefined,
): string | undefined {
  const [before, after] = [from, to].map((value) =>
    value.startsWith('folder:') ? readListing(value.slice('folder:'.length)) : undefined,
  );
  if (before === undefined || after === undefined) return undefined;
  const old = new Map(before.map((entry) => [entry.path, JSON.stringify(entry)]));
  const current = new Map(after.map((entry) => [entry.path, JSON.stringify(entry)]));
  const changes = [...new Set([...old.keys(), ...current.keys()])].flatMap((path) => {
    if (old.get(path) === current.get(path)) return [];
    if (!old.has(path)) return [`${path} is new`];
    return [current.has(path) ? `${path} changed` : `${path} is gone`];
  });
  const rest = changes.length - shownFiles;
  return `${changes.slice(0, shownFiles).join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`;
}

function show(value: string | undefined): string {
  return value === undefined ? 'not set' : shorten(value);
}
