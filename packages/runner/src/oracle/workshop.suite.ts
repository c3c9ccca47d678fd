/** What the edits act on, apart from the store: files, params, environment and code. */
export interface Situation {
  /** Path below `data/` → content. */
  readonly files: Readonly<Record<string, string>>;
  /** Those of them, and of the scripts, that can be executed; some may be gone. */
  readonly executables: readonly string[];
  readonly params: Readonly<Record<ParamName, string>>;
  /** The word that the stage `command` reads from its environment. */
  readonly word: string;
  /** The text of `stages/label.mjs`. */
  readonly code: string;
  /** The text of `stages/ending.cjs`. */
  readonly ending: string;
  /** The text of `stages/styles/plain.mjs`, which a computed import reaches. */
  readonly style: string;
  /** The text of `scripts/finish.sh`, which a command names. */
  readonly script: string;
}

/** The params of the pipeline, and the values they take. */
export const workshopParams = {
  a: ['a', 'aa'],
  right: ['r', 'rr'],
  words: ['[x, y, z]', '[y, x, w]', '[z, v, u]'],
  mark: ['m', 'mm'],
  epochs: ['2', '3', '5'],
  rounds: ['1', '2', '4'],
  lr: ['0.1', '0.2'],
} as const;
export type ParamName = keyof typeof workshopParams;

/** Ways to write the label: two say the same as the first in other words, two in other code. */
export const codes = [
  'export const label = (word) => word;\n',
  '/** The word. */\nexport const label =\n  (word) => (word); // as it is\n',
  'export const label = (word) => `${word}`;\n',
  'export const label = (word) => word + "!";\n',
  "export const label = (word) =>\n\tword + '!';\n",
] as const;

/** Ways to write the ending, and what each comes to; the first two differ in their form only. */
export const endings: Readonly<Record<string, string>> = {
  "module.exports = { ending: '.' };\n": '.',
  'exports.ending = ".";\n': '.',
  "/* loud */ module.exports = { ending: '!!' };\n": '!!',
};

/** The same for the style. */
export const styles: Readonly<Record<string, string>> = {
  "export default '';\n": '',
  "export default '' // none\n": '',
  "export default '~';\n": '~',
};

/** Scripts of the command, and what each prints. Every byte of one counts. */
export const scripts: Readonly<Record<string, string>> = {
  'printf done': 'done',
  '# says so\nprintf done': 'done',
  'printf over': 'over',
};

/** Thirteen stages: a diamond, a matrix of three, a command and two resumable stages. */
export const workshopPipeline = `name: workshop
params: { a: a, right: r, words: [x, y, z], mark: m, epochs: 2, rounds: 1, lr: 0.1 }
stages:
  a: { uses: weave, inputs: { source: data/a.txt }, with: { word: 'a-\${{ params.a }}' }, outputs: [text] }
  b: { uses: weave, inputs: { folder: data/folder }, with: { word: b }, outputs: [text] }
  left: { uses: weave, inputs: { a: '\${{ stages.a.text }}' }, with: { word: left }, outputs: [text] }
  right:
    uses: weave
    inputs: { a: '\${{ stages.a.text }}', b: '\${{ stages.b.text }}' }
    with: { word: 'right-\${{ params.right }}' }
    outputs: [text]
  bottom:
    uses: weave
    inputs: { l: '\${{ stages.left.text }}', r: '\${{ stages.right.text }}' }
    with: { word: bottom }
    outputs: { text: deep/text }
  m:
    matrix: { word: '\${{ params.words }}' }
    uses: weave
    inputs: { bottom: '\${{ stages.bottom.text }}' }
    with: { word: 'm-\${{ matrix.word }}' }
    outputs: [text]
  gather: { uses: weave, inputs: { all: '\${{ stages.m.text }}' }, with: { word: gather }, outputs: [text] }
  command:
    run: |
      echo command >> "$ORACLE_TRACE"
      {
        printf '%s|%s|' "$LIMBER_PARAM_MARK" "$ORACLE_WORD"
        printf '%s\\n' "$LIMBER_INPUT_FILES" | while read -r file; do
          printf '%s=%s;' "$(basename "$file")" "$(cat "$file")"
        done
        sh scripts/finish.sh
      } > "$LIMBER_OUTPUT_TEXT"
    inputs: { files: 'data/list/*.txt' }
    with: { mark: '\${{ params.mark }}' }
    env: [ORACLE_WORD]
    outputs: [text]
  train:
    uses: train
    inputs: { data: '\${{ stages.gather.text }}' }
    with: { epochs: '\${{ params.epochs }}', lr: '\${{ params.lr }}' }
    outputs: [text]
  grow:
    uses: grow
    inputs: { data: '\${{ stages.gather.text }}' }
    with: { rounds: '\${{ params.rounds }}', lr: '\${{ params.lr }}' }
    outputs: [text]
  last:
    uses: weave
    inputs: { grown: '\${{ stages.grow.text }}', model: '\${{ stages.train.text }}', text: '\${{ stages.command.text }}' }
    with: { word: last }
    outputs: [text]
`;

/**
 * The stages' modules: each tells the trace that it runs, and training how many epochs it did. What is
 * woven shows which of its inputs can be executed, and can be itself if any of them can.
 */
export const workshopStages: Readonly<Record<string, string>> = {
  'stages/weave.mjs': `
    import { appendFileSync, chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
    import { createRequire } from 'node:module';
    import { label } from './label.mjs';
    const require = createRequire(import.meta.url);
    const { ending } = require('./ending.cjs');
    const { default: style } = await import(\`./styles/\${process.env.ORACLE_STYLE ?? 'plain'}.mjs\`);
    const read = (path) => statSync(path).isFile()
      ? (statSync(path).mode & 0o111 ? '*' : '') + readFileSync(path, 'utf8')
      : readdirSync(path).sort().map((name) => name + '=' + read(path + '/' + name)).join('+');
    export default { async run({ name, params, inputs, outputs }) {
      appendFileSync(process.env.ORACLE_TRACE, name + '\\n');
      const texts = Object.keys(inputs).sort().map((input) => read(inputs[input]));
      const text = style + label(params.word) + ending + '(' + texts.join(',') + ')';
      writeFileSync(outputs.text, text);
      if (text.includes('*')) chmodSync(outputs.text, 0o755);
      const [spoiler, how] = (process.env.ORACLE_SPOIL ?? '').split(' ');
      if (spoiler === name) spoil(inputs[Object.keys(inputs)[0]], how);
    } };
    function spoil(input, how) {
      if (how === 'added') return writeFileSync(input + '/labels.cache', '');
      const file = statSync(input).isFile() ? input : input + '/' + readdirSync(input).sort()[0];
      chmodSync(file, 0o644);
      appendFileSync(file, '!');
    }`,
  'stages/train.mjs': `
    import { createHash } from 'node:crypto';
    import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
    export default { async run({ params, inputs, outputs, workDir }) {
      const at = (epoch) => workDir + '/epoch-' + epoch;
      let start = params.epochs;
      while (start > 0 && !existsSync(at(start))) start--;
      let state = start === 0 ? readFileSync(inputs.data, 'utf8') : readFileSync(at(start), 'utf8');
      for (let epoch = start + 1; epoch <= params.epochs; epoch++) {
        state = createHash('sha256').update(state + params.lr).digest('hex');
        writeFileSync(at(epoch), state);
      }
      appendFileSync(process.env.ORACLE_TRACE, 'train ' + (params.epochs - start) + '\\n');
      writeFileSync(outputs.text, state);
    } };`,
  /** Each round depends on how many were asked for, as with a cosine schedule. */
  'stages/grow.mjs': `
    import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
    export default { async run({ params, inputs, outputs, workDir }) {
      const file = workDir + '/state';
      const begun = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
      const rounds = [...begun];
      while (rounds.length < params.rounds) rounds.push(params.rounds * params.lr);
      writeFileSync(file, JSON.stringify(rounds));
      appendFileSync(process.env.ORACLE_TRACE, 'grow ' + (rounds.length - begun.length) + '\\n');
      writeFileSync(outputs.text, rounds.join('+') + ' of ' + readFileSync(inputs.data, 'utf8'));
    } };`,
};

/** How everything is at first. */
export const beginning: Situation = {
  files: {
    'a.txt': '1',
    'folder/p.txt': '1',
    'folder/q.txt': '2',
    'folder/r.txt': '3',
    'list/p.txt': '1',
    'list/q.txt': '2',
  },
  executables: [],
  params: {
    a: 'a',
    right: 'r',
    words: '[x, y, z]',
    mark: 'm',
    epochs: '2',
    rounds: '1',
    lr: '0.1',
  },
  word: 'hello',
  code: codes[0],
  ending: Object.keys(endings)[0]!,
  style: Object.keys(styles)[0]!,
  script: Object.keys(scripts)[0]!,
};
