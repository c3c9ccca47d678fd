import { Stats } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSettled } from '../reading/seen-stat.ts';
import type { Look, LookKind } from './look.ts';
import { changedMsOf, folder, noteStat, numbersPerLook, see } from './look.ts';
import type { Around } from './watch-calls.ts';
import { watchCalls } from './watch-calls.ts';

/** All that a program looked at, and what it saw: `numbersPerLook` numbers a look. */
export interface RecordedLooks {
  readonly looks: readonly Look[];
  readonly numbers: Float64Array;
}

/** Follows what the program does with files, from now until it is ended. */
export interface LookRecorder {
  /** Looks by itself, at something that the program relies on in another way. */
  readonly look: (look: Look) => void;
  /**
   * Ends it.
   *
   * @returns undefined if the program may do something else next time although it sees the same: it changed
   *   a file or started a process, or a file was too new for its times to tell.
   */
  readonly end: () => RecordedLooks | undefined;
}

/** How the functions of `node:fs` look at the path that they are given first. What is not here changes files. */
const lookingFunctions: Readonly<Record<string, LookKind>> = {
  access: 'entry',
  createReadStream: 'entry',
  exists: 'entry',
  lstat: 'link',
  opendir: 'listing',
  readFile: 'entry',
  readdir: 'listing',
  readlink: 'link',
  realpath: 'place',
  stat: 'entry',
};

/** Those whose result says all of the look. Most looks are theirs, so they are not had twice. */
const statFunctions: Readonly<Record<string, 'entry' | 'link'>> = {
  lstatSync: 'link',
  statSync: 'entry',
};

/** Functions that change a second path too. */
const twoPaths = ['copyFile', 'cp', 'link', 'rename', 'symlink'];

const startingFunctions = [
  'exec',
  'execFile',
  'execFileSync',
  'execSync',
  'fork',
  'spawn',
  'spawnSync',
];

/** What was found by the very look. */
interface Found {
  readonly stats: Stats | undefined;
}

/**
 * Records every path that this program looks at through `node:fs` and `node:fs/promises`, whoever in it does,
 * and what is seen there at the first look. Only one recording can go on at a time.
 *
 * @param options.kindOf - what counts of a path: `undefined` is all of it, `ignored` is nothing.
 */
export function recordLooks(options: {
  readonly kindOf: (path: string) => 'kind' | 'ignored' | undefined;
}): LookRecorder {
  const looks = new Map<string, Look>();
  let numbers = new Float64Array(numbersPerLook * 1024);
  let isRepeatable = true;
  const startedAt = Date.now();

  const look = ({ kind: wanted, path: given }: Look, found?: Found): void => {
    const path = resolve(given);
    const how = options.kindOf(path);
    if (how === 'ignored' || !isRepeatable) return;
    const kind = how ?? wanted;
    const key = `${kind} ${path}`;
    if (looks.has(key)) return;
    const at = looks.size * numbersPerLook;
    if (at === numbers.length) {
      const grown = new Float64Array(numbers.length * 2);
      grown.set(numbers);
      numbers = grown;
    }
    const own = { kind, path };
    looks.set(key, own);
    if (found === undefined || kind === 'place') see(own, numbers, at);
    else noteStat(kind, found.stats, { numbers, at });
    const changedMs = changedMsOf(own, numbers, at);
    isRepeatable &&= isSettled({ mtimeMs: changedMs, ctimeMs: changedMs }, startedAt);
  };
  const change = (path: string): void => {
    if (options.kindOf(resolve(path)) !== 'ignored') isRepeatable = false;
  };
  /** What a call looks at or changes, before it does. */
  const note = (name: string, values: readonly unknown[]): void => {
    const path = toPath(values[0]);
    if (path === undefined || !isRepeatable) return;
    const kind = lookingFunctions[name];
    if (kind !== undefined) return look({ kind, path });
    const isReading = name === 'open' && [undefined, 'r', 0].includes(values[1] as string);
    if (isReading) return look({ kind: 'entry', path });
    // Making a folder that is there already changes nothing.
    if (name === 'mkdir' && isFolder(path)) return look({ kind: 'entry', path });
    change(path);
    const second = twoPaths.includes(name) ? toPath(values[1]) : undefined;
    if (second !== undefined) change(second);
  };
  const noting =
    (name: string): Around =>
    (values, call) => {
      note(name, values);
      return call();
    };
  const notingFound =
    (kind: 'entry' | 'link'): Around =>
    (values, call) => {
      const path = toPath(values[0]);
      try {
        const stats = call();
        const isPlain = stats === undefined || stats instanceof Stats;
        if (path !== undefined) look({ kind, path }, isPlain ? { stats } : undefined);
        return stats;
      } catch (error) {
        if (path !== undefined) look({ kind, path });
        throw error;
      }
    };
  // What is imported of them cannot be set.
  const fs = process.getBuiltinModule('node:fs');
  const undo = [
    watchCalls(fs, (name) => {
      const kind = statFunctions[name];
      return kind === undefined ? noting(name.replace(/Sync$/, '')) : notingFound(kind);
    }),
    watchCalls(fs.promises, noting),
    watchCalls(process.getBuiltinModule('node:child_process'), (name) => (_values, call) => {
      if (startingFunctions.includes(name)) isRepeatable = false;
      return call();
    }),
  ];
  syncBuiltinESMExports();
  return {
    look,
    end() {
      for (const each of undo) each();
      syncBuiltinESMExports();
      if (!isRepeatable) return undefined;
      const all = [...looks.values()];
      return { looks: all, numbers: numbers.subarray(0, all.length * numbersPerLook) };
    },
  };
}

function toPath(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value instanceof URL && value.protocol === 'file:') return fileURLToPath(value);
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

function isFolder(path: string): boolean {
  const found = new Float64Array(numbersPerLook);
  see({ kind: 'entry', path }, found, 0);
  return found[0] === folder;
}
