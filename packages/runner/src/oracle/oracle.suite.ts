import { createHash } from 'node:crypto';
import type { Extension } from './extensions.suite.ts';
import { createExtensions } from './extensions.suite.ts';
import type { Situation } from './workshop.suite.ts';
import { codes, endings, scripts, styles } from './workshop.suite.ts';

/** What the store should hold: an independent account, kept without looking at it. */
export interface Oracle {
  /** The outputs of the latest run. */
  texts(): Map<string, string>;
  /** What should run, as the trace tells it; the account then says that it has run. */
  run(now: Situation): string[];
  /** The content of some stored output is no longer to be trusted. */
  lose(text: string): void;
  /** What was made for a stage in the latest run is forgotten, its content is not. */
  forget(stage: string): void;
  /** The numbers of epochs or rounds by which a resumable stage came to its latest output. */
  historyOf(stage: 'train' | 'grow'): readonly string[];
}

/** Starts an account of an empty store. */
export function createOracle(): Oracle {
  /** Key → what was made; its content may be lost. */
  const made = new Map<string, string>();
  const contents = new Set<string>();
  const isKept = (key: string): boolean => made.has(key) && contents.has(made.get(key)!);
  const extensions = {
    train: createExtensions(isKept, (history) => history.at(-1)),
    grow: createExtensions(isKept, roundsOf),
  };
  let latest = new Map<string, { readonly key: string; readonly text: string }>();
  let histories: Record<'train' | 'grow', readonly number[]> = { train: [], grow: [] };
  return {
    texts: () => new Map([...latest].map(([stage, { text }]) => [stage, text])),
    run(now) {
      const ran: string[] = [];
      latest = new Map();
      const make: Make = (stage, { key, trace = stage }, text) => {
        if (!isKept(key)) ran.push(trace);
        made.set(key, text);
        contents.add(text);
        latest.set(stage, { key, text });
        return text;
      };
      runAll(now, make, (stage, data, asked) => {
        const extension = extensions[stage].ask(
          JSON.stringify([stage, data, now.params.lr]),
          asked,
        );
        histories = { ...histories, [stage]: extension.history };
        return extension;
      });
      return ran.sort();
    },
    lose: (text) => void contents.delete(text),
    forget: (stage) => void made.delete(latest.get(stage)!.key),
    historyOf: (stage) => histories[stage].map(String),
  };
}

type Make = (
  stage: string,
  how: { readonly key: string; readonly trace?: string },
  text: string,
) => string;
type Extend = (stage: 'train' | 'grow', data: string, asked: number) => Extension;

/** All stages in order. Two ways to write the same code are one: comments and form do not count. */
function runAll(now: Situation, make: Make, extend: Extend): void {
  const { files, params, word, code } = now;
  const meaning = { 0: 'plain', 1: 'plain', 2: 'template', 3: 'loud', 4: 'loud' }[
    codes.indexOf(code as (typeof codes)[number])
  ];
  const [ending, style] = [endings[now.ending]!, styles[now.style]!];
  // Two ways to say it in JavaScript are two syntax trees, whatever they come to.
  const spelling = [now.ending.includes('exports.ending'), ending, style];
  const weave = (stage: string, own: string, inputs: readonly string[]): string => {
    const label = meaning === 'loud' ? `${own}!` : own;
    const key = JSON.stringify([stage, meaning, spelling, own, inputs]);
    return make(stage, { key }, `${style}${label}${ending}(${inputs.join(',')})`);
  };
  const folder = (name: string): [string, string][] =>
    Object.entries(files)
      .filter(([path]) => path.startsWith(`${name}/`))
      .map(([path, text]): [string, string] => [path.slice(name.length + 1), text])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  const joined = (entries: readonly [string, string][]): string =>
    entries.map(([name, text]) => `${name}=${text}`).join('+');
  const a = weave('a', `a-${params.a}`, [files['a.txt']!]);
  const b = weave('b', 'b', [joined(folder('folder'))]);
  const left = weave('left', 'left', [a]);
  const right = weave('right', `right-${params.right}`, [a, b]);
  const bottom = weave('bottom', 'bottom', [left, right]);
  const words = params.words.slice(1, -1).split(', ');
  const members = words.map((value): [string, string] => [
    value,
    weave(`m@${value}`, `m-${value}`, [bottom]),
  ]);
  const gather = weave('gather', 'gather', [
    joined(members.sort(([one], [other]) => (one < other ? -1 : 1))),
  ]);
  const list = folder('list').map(([name, text]) => `${name}=${text};`);
  const command = `${params.mark}|${word}|${list.join('')}${scripts[now.script]!}`;
  make('command', { key: JSON.stringify(['command', command, now.script]) }, command);
  const training = extend('train', gather, Number(params.epochs));
  let state = gather;
  for (let epoch = 0; epoch < Number(params.epochs); epoch++) {
    state = createHash('sha256').update(`${state}${params.lr}`).digest('hex');
  }
  const model = make('train', { ...training, trace: `train ${training.steps}` }, state);
  const growth = extend('grow', gather, Number(params.rounds));
  const rounds = roundsOf(growth.history).map((asked) => asked * Number(params.lr));
  const text = `${rounds.join('+')} of ${gather}`;
  const grown = make('grow', { ...growth, trace: `grow ${growth.steps}` }, text);
  weave('last', 'last', [grown, model, command]);
}

/** Of each round, how many were asked for when it was done. */
function roundsOf(history: readonly number[]): number[] {
  return history.flatMap((asked, index) =>
    Array.from({ length: asked - (history[index - 1] ?? 0) }, () => asked),
  );
}
