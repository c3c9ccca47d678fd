import { createHash } from 'node:crypto';
import type { Extension } from './extensions.suite.ts';
import { createExtensions } from './extensions.suite.ts';
import type { Situation } from './workshop.suite.ts';
import { codes, endings, scripts, styles } from './workshop.suite.ts';

/** What the store should hold: an independent account, kept without looking at it. */
export interface Oracle {
  /** The outputs of the latest run. */
  texts(): Map<string, string>;
  /**
   * What should run, as the trace tells it; the account then says that it has run.
   *
   * @param failing - fails if it runs, and those after it do not run; the latest run is then still the
   *   one before.
   * @returns `given`: the text of the first output that the stage was given, if it failed.
   */
  run(
    now: Situation,
    failing?: 'gather' | 'last',
  ): { readonly ran: string[]; readonly given: string | undefined };
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
    run(now, failing) {
      const ran: string[] = [];
      const before = { latest, histories };
      let spoilt: string | undefined;
      latest = new Map();
      const make: Make = (stage, { key, trace = stage, given }, text) => {
        if (!isKept(key)) {
          ran.push(trace);
          if (stage === failing) {
            spoilt = given;
            throw failure;
          }
        }
        made.set(key, text);
        contents.add(text);
        latest.set(stage, { key, text });
        return text;
      };
      const extend: Extend = (stage, data, asked) => {
        const folder = JSON.stringify([stage, data, now.params.lr]);
        const extension = extensions[stage].ask(folder, asked);
        histories = { ...histories, [stage]: extension.history };
        return extension;
      };
      try {
        runAll(now, make, extend);
      } catch (error) {
        if (error !== failure) throw error;
        ({ latest, histories } = before);
      }
      return { ran: ran.sort(), given: spoilt };
    },
    lose: (text) => void contents.delete(text),
    forget: (stage) => void made.delete(latest.get(stage)!.key),
    historyOf: (stage) => histories[stage].map(String),
  };
}

/** Ends the account of a run at the stage that fails. */
const failure = new Error('the stage that was to fail has run');

type Make = (
  stage: string,
  how: { readonly key: string; readonly trace?: string; readonly given?: string | undefined },
  text: string,
) => string;
type Extend = (stage: 'train' | 'grow', data: string, asked: number) => Extension;

/** All stages in order, and those that `gather` leads to at last. Two ways to write the same code are one: comments and form do not count. */
function runAll(now: Situation, make: Make, extend: Extend): void {
  const { files, executables, params, word, code } = now;
  const meaning = { 0: 'plain', 1: 'plain', 2: 'template', 3: 'loud', 4: 'loud' }[
    codes.indexOf(code as (typeof codes)[number])
  ];
  const [ending, style] = [endings[now.ending]!, styles[now.style]!];
  // Two ways to say it in JavaScript are two syntax trees, whatever they come to.
  const spelling = [now.ending.includes('exports.ending'), ending, style];
  const weave = (
    stage: string,
    { word: own = stage, given }: { readonly word?: string; readonly given?: string },
    inputs: readonly string[],
  ): string => {
    const label = meaning === 'loud' ? `${own}!` : own;
    const key = JSON.stringify([stage, meaning, spelling, own, inputs]);
    const text = make(stage, { key, given }, `${style}${label}${ending}(${inputs.join(',')})`);
    return text.includes('*') ? `*${text}` : text;
  };
  const markOf = (path: string): string => (executables.includes(path) ? '*' : '');
  const folder = (name: string, isMarked: boolean): [string, string][] =>
    Object.entries(files)
      .filter(([path]) => path.startsWith(`${name}/`))
      .map(([path, text]): [string, string] => [
        path.slice(name.length + 1),
        `${isMarked ? markOf(path) : ''}${text}`,
      ])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  const joined = (entries: readonly [string, string][]): string =>
    entries.map(([name, text]) => `${name}=${text}`).join('+');
  const a = weave('a', { word: `a-${params.a}` }, [markOf('a.txt') + files['a.txt']!]);
  const b = weave('b', {}, [joined(folder('folder', true))]);
  const left = weave('left', {}, [a]);
  const right = weave('right', { word: `right-${params.right}` }, [a, b]);
  const bottom = weave('bottom', {}, [left, right]);
  const words = params.words.slice(1, -1).split(', ');
  const members = words.map((value): [string, string] => [
    value,
    weave(`m@${value}`, { word: `m-${value}` }, [bottom]),
  ]);
  const list = folder('list', false).map(([name, text]) => `${name}=${text};`);
  const command = `${params.mark}|${word}|${list.join('')}${scripts[now.script]!}`;
  const modes = [folder('list', true), markOf('finish.sh')];
  make('command', { key: JSON.stringify(['command', command, now.script, modes]) }, command);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  const given = unmarked(members[0]![1]);
  // Training reads the text, and does not look at the mode.
  const gather = unmarked(weave('gather', { given }, [joined(members)]));
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
  weave('last', { given: grown }, [grown, model, command]);
}

function unmarked(text: string): string {
  return text.replace(/^\*/, '');
}

/** Of each round, how many were asked for when it was done. */
function roundsOf(history: readonly number[]): number[] {
  return history.flatMap((asked, index) =>
    Array.from({ length: asked - (history[index - 1] ?? 0) }, () => asked),
  );
}
