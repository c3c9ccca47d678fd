import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isMissing } from '@limber/files';
import { listFolder, readText } from '../store/read-if-there.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { stateFolder } from '../store/state-folder.ts';

/** What a process is that is killed. */
export type ActorKind = 'run' | 'gc' | 'clean' | 'push' | 'pull';

/** Where it is, as far as the disk shows. */
export type Phase =
  | 'starting'
  | 'looking at stages'
  | 'lock taken'
  | 'preparing a stage'
  | 'stage running'
  | 'storing'
  | 'view building'
  | 'between stages'
  | 'waiting for holders'
  | 'gc sweep'
  | 'cleaning'
  | 'pushing'
  | 'pulling'
  | 'ended before';

/** Where each kind of process is to be killed, in turn. */
export const phasesOf: Readonly<Record<ActorKind, readonly Phase[]>> = {
  run: [
    'storing',
    'view building',
    'stage running',
    'lock taken',
    'preparing a stage',
    'looking at stages',
  ],
  gc: ['gc sweep', 'waiting for holders'],
  clean: ['cleaning', 'waiting for holders'],
  push: ['pushing'],
  pull: ['pulling'],
};

/** A process, as the identities in a workspace name it. */
export interface ActorPlace {
  readonly root: string;
  /** Undefined for a process of this PID namespace. */
  readonly host: string | undefined;
  readonly pid: number;
}

/** Tells from what lies on the disk where a process is. */
export function phaseOf(kind: ActorKind, place: ActorPlace): Phase {
  try {
    const state = stateFolder(place.root);
    const isOwn = (identity: string): boolean => belongsTo(identity, place);
    const isHolding = (lock: string): boolean => isOwn(holderOf(lock));
    const run = listFolder(state.staging).find(isOwn);
    const isAnyBusy = listFolder(state.staging).some((name) => isBusy(state, name));
    switch (kind) {
      case 'gc':
      case 'clean':
        if (!isHolding(state.cleaningLock)) return 'starting';
        if (isAnyBusy) return 'waiting for holders';
        return kind === 'gc' ? 'gc sweep' : 'cleaning';
      case 'push':
      case 'pull':
        if (run === undefined || !isBusy(state, run)) return 'starting';
        return kind === 'push' ? 'pushing' : 'pulling';
      case 'run':
        return run === undefined ? 'starting' : runPhase(state, run, { isOwn, isHolding });
    }
  } catch (error) {
    if (isMissing(error)) return phaseOf(kind, place);
    throw error;
  }
}

function runPhase(
  state: StateFolder,
  run: string,
  { isOwn, isHolding }: Readonly<Record<'isOwn' | 'isHolding', (name: string) => boolean>>,
): Phase {
  const locks = listFolder(state.locks).map((name) => join(state.locks, name));
  if (isBusy(state, run)) {
    if (isBuildingView(state)) return 'view building';
    const stages = readdirSync(join(state.staging, run), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(state.staging, run, name));
    const isMade = stages.some((stage) => filesBelow(join(stage, 'outputs')) > 0);
    if (isMade) return 'storing';
    if (stages.length > 0) return 'preparing a stage';
  }
  if (locks.some((lock) => isOwn(readText(join(lock, 'worker')) ?? ''))) return 'stage running';
  if (locks.some(isHolding)) return 'lock taken';
  return isBusy(state, run) ? 'looking at stages' : 'between stages';
}

function isBusy(state: StateFolder, run: string): boolean {
  return existsSync(join(state.staging, run, 'busy'));
}

function isBuildingView({ views }: StateFolder): boolean {
  return listFolder(views)
    .flatMap((digits) => listFolder(join(views, digits)).map((rest) => join(views, digits, rest)))
    .some((folder) => listFolder(folder).some((name) => name.endsWith('.tmp')));
}

function filesBelow(folder: string): number {
  if (!existsSync(folder)) return 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

/** The identity of the process that holds a lock; nothing if it is free. */
function holderOf(lock: string): string {
  const newest = Math.max(0, ...listFolder(lock).map(Number).filter(Number.isInteger));
  const generation = join(lock, String(newest));
  if (newest === 0 || existsSync(join(generation, 'released'))) return '';
  return readFileSync(join(generation, 'owner'), 'utf8').split('\n')[0]!;
}

/** Workers have another process id than their runner; in this namespace the host has to do. */
function belongsTo(identity: string, { host = hostname(), pid }: ActorPlace): boolean {
  const [found, , foundPid] = identity.split('~');
  return found === host && (host !== hostname() || Number(foundPid) >= pid);
}
