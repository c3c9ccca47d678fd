import { createHash } from 'node:crypto';
import type { Situation } from './workshop.suite.ts';
import { codes } from './workshop.suite.ts';

/** What a stage would be made from, and what it would write. */
interface Expected {
  readonly stage: string;
  /** Equal keys give equal outputs. */
  readonly key: string;
  readonly text: string;
}

/** What the store should hold: an independent account, kept without looking at it. */
export interface Oracle {
  /** The outputs of a clean run. */
  texts(now: Situation): Map<string, string>;
  /** What should run, as the trace tells it; the account then says that it has run. */
  run(now: Situation): string[];
  /** The content of some stored output is no longer to be trusted. */
  lose(text: string): void;
  /** What was made for a stage in this situation is forgotten, its content is not. */
  forget(stage: string, now: Situation): void;
}

/** Starts an account of an empty store. */
export function createOracle(): Oracle {
  /** Key → what was made; its content may be lost. */
  const made = new Map<string, string>();
  const contents = new Set<string>();
  /** What training has in its working folders: key without epochs → epochs. */
  const trained = new Map<string, Set<number>>();
  return {
    texts: (now) => new Map(expect(now).map(({ stage, text }) => [stage, text])),
    run(now) {
      const ran: string[] = [];
      for (const { stage, key, text } of expect(now)) {
        if (made.has(key) && contents.has(text)) continue;
        ran.push(stage === 'train' ? `train ${trainOn(trained, now)}` : stage);
        made.set(key, text);
        contents.add(text);
      }
      return ran.sort();
    },
    lose: (text) => void contents.delete(text),
    forget(stage, now) {
      const found = expect(now).find((expected) => expected.stage === stage);
      made.delete(found!.key);
    },
  };
}

function trainOn(trained: Map<string, Set<number>>, { params, ...rest }: Situation): number {
  const data = textsOf({ params, ...rest }).get('gather')!;
  const key = JSON.stringify([data, params.lr]);
  const done = trained.get(key) ?? new Set([0]);
  trained.set(key, done);
  const epochs = Number(params.epochs);
  const start = Math.max(...[...done].filter((epoch) => epoch <= epochs));
  for (let epoch = start; epoch <= epochs; epoch++) done.add(epoch);
  return epochs - start;
}

function textsOf(now: Situation): Map<string, string> {
  return new Map(expect(now).map(({ stage, text }) => [stage, text]));
}

/** All stages in order. Two ways to write the same code are one: comments and form do not count. */
function expect({ files, params, word, code }: Situation): Expected[] {
  const meaning = { 0: 'plain', 1: 'plain', 2: 'template', 3: 'loud', 4: 'loud' }[
    codes.indexOf(code as (typeof codes)[number])
  ];
  const made: Expected[] = [];
  const label = (text: string): string => (meaning === 'loud' ? `${text}!` : text);
  const weave = (stage: string, own: string, inputs: readonly string[]): string => {
    const text = `${label(own)}(${inputs.join(',')})`;
    made.push({ stage, key: JSON.stringify([stage, meaning, own, inputs]), text });
    return text;
  };
  const folder = (name: string): [string, string][] =>
    Object.entries(files)
      .filter(([path]) => path.startsWith(`${name}/`))
      .map(([path, text]): [string, string] => [path.slice(name.length + 1), text])
      .sort(([one], [other]) => (one < other ? -1 : 1));
  const a = weave('a', `a-${params.a}`, [files['a.txt']!]);
  const b = weave('b', 'b', [
    folder('folder')
      .map(([name, text]) => `${name}=${text}`)
      .join('+'),
  ]);
  const left = weave('left', 'left', [a]);
  const right = weave('right', `right-${params.right}`, [a, b]);
  const bottom = weave('bottom', 'bottom', [left, right]);
  const words = params.words.slice(1, -1).split(', ');
  const members = words.map((value): [string, string] => [
    value,
    weave(`m@${value}`, `m-${value}`, [bottom]),
  ]);
  const gathered = members
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => `${name}=${text}`)
    .join('+');
  const gather = weave('gather', 'gather', [gathered]);
  const list = folder('list');
  const command = `${params.mark}|${word}|${list.map(([name, text]) => `${name}=${text};`).join('')}`;
  made.push({ stage: 'command', key: JSON.stringify(['command', command]), text: command });
  let model = gather;
  for (let epoch = 0; epoch < Number(params.epochs); epoch++) {
    model = createHash('sha256')
      .update(model + params.lr)
      .digest('hex');
  }
  made.push({
    stage: 'train',
    key: JSON.stringify(['train', gather, params.epochs, params.lr]),
    text: model,
  });
  weave('last', 'last', [model, command]);
  return made;
}
