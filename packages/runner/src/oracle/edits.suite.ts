import type { ParamName, Situation } from './workshop.suite.ts';
import { codes, endings, scripts, styles, workshopParams } from './workshop.suite.ts';

/** One change to the world between two runs. */
export type Edit =
  | { readonly type: 'situation'; readonly name: string; readonly to: Situation }
  | { readonly type: 'touch'; readonly path: string }
  | Spoiling
  | { readonly type: 'output'; readonly how: 'deleted' | 'damaged'; readonly stage: string }
  | { readonly type: 'object'; readonly how: 'deleted' | 'damaged'; readonly stage: string }
  | { readonly type: 'artifact'; readonly how: 'deleted' | 'damaged'; readonly stage: string };

/** A change after which a stage runs that changes what it is given, or adds something to it. */
export interface Spoiling {
  readonly type: 'spoil';
  readonly how: 'changed' | 'added';
  readonly stage: 'gather' | 'last';
  readonly to: Situation;
}

/** A number in [0, 1) at each call; the same ones for the same seed. */
export type Random = () => number;

/** @param seed - any whole number. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws the next edit. */
export function drawEdit(
  random: Random,
  now: Situation,
  {
    earlier,
    stages,
  }: { readonly earlier: readonly Situation[]; readonly stages: readonly string[] },
): Edit {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const how = pick(['deleted', 'damaged'] as const);
  const to = (name: string, change: Partial<Situation>): Edit => ({
    type: 'situation',
    name,
    to: { ...now, ...change },
  });
  const paths = Object.keys(now.files);
  switch (pick(kinds)) {
    case 'touch':
      return { type: 'touch', path: pick(paths) };
    case 'change': {
      const path = pick(paths);
      const text = String(Math.floor(random() * 4));
      return to(`change ${path}`, { files: { ...now.files, [path]: text } });
    }
    case 'delete': {
      const path = pick(removable(paths));
      const { [path]: _gone, ...files } = now.files;
      return path === undefined
        ? { type: 'touch', path: pick(paths) }
        : to(`delete ${path}`, { files });
    }
    case 'rename': {
      const path = pick(paths.filter((name) => name !== 'a.txt'));
      const { [path]: text, ...files } = now.files;
      const name = `${path.split('/')[0]}/${pick(['p', 'q', 'r', 's', 't'])}.txt`;
      return to(`rename ${path} to ${name}`, { files: { ...files, [name]: text! } });
    }
    case 'revert':
      return to('revert', pick(earlier));
    case 'param': {
      const name = pick(Object.keys(workshopParams) as ParamName[]);
      const value = pick<string>(workshopParams[name]);
      return to(`params.${name}=${value}`, { params: { ...now.params, [name]: value } });
    }
    case 'code':
      return to('code', { code: pick(codes) });
    case 'ending':
      return to('ending', { ending: pick(Object.keys(endings)) });
    case 'style':
      return to('style', { style: pick(Object.keys(styles)) });
    case 'script':
      return to('script', { script: pick(Object.keys(scripts)) });
    case 'executable': {
      const path = pick([...paths, 'finish.sh']);
      const others = now.executables.filter((other) => other !== path);
      const isOne = others.length < now.executables.length;
      return to(`chmod ${path}`, { executables: isOne ? others : [...others, path] });
    }
    case 'spoil': {
      const files = { ...now.files, 'a.txt': String(Math.floor(random() * 100)) };
      const ways = ['last changed', 'gather changed', 'gather added'] as const;
      const [stage, way] = pick(ways).split(' ') as [Spoiling['stage'], Spoiling['how']];
      return { type: 'spoil', stage, how: way, to: { ...now, files } };
    }
    case 'environment':
      return to('environment', { word: pick(['hello', 'bye', '']) });
    case 'output':
      return { type: 'output', how, stage: pick(stages) };
    case 'object':
      return { type: 'object', how, stage: pick(stages) };
    case 'artifact':
      return { type: 'artifact', how, stage: pick(stages) };
  }
}

const kinds = [
  'touch',
  'change',
  'delete',
  'rename',
  'revert',
  'param',
  'param',
  'code',
  'ending',
  'style',
  'script',
  'executable',
  'spoil',
  'environment',
  'output',
  'object',
  'artifact',
] as const;

/** Files whose folder has another one left. */
function removable(paths: readonly string[]): string[] {
  const folderOf = (path: string): string => path.split('/')[0]!;
  return paths.filter(
    (path) =>
      path !== 'a.txt' &&
      paths.some((other) => other !== path && folderOf(other) === folderOf(path)),
  );
}
