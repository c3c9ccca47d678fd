/** What the 300 edits act on, apart from the store: files, params, environment and code. */
export interface Situation {
  /** Path below `data/` → content. */
  readonly files: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<ParamName, string>>;
  /** The word that the stage `command` reads from its environment. */
  readonly word: string;
  /** The text of `stages/label.mjs`. */
  readonly code: string;
}

/** The params of the pipeline, and the values they take. */
export const workshopParams = {
  a: ['a', 'aa'],
  right: ['r', 'rr'],
  words: ['[x, y, z]', '[y, x, w]', '[z, v, u]'],
  mark: ['m', 'mm'],
  epochs: ['2', '3', '5'],
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

/** Twelve stages: a diamond, a matrix of three, a command and a resumable stage. */
export const workshopPipeline = `name: workshop
params: { a: a, right: r, words: [x, y, z], mark: m, epochs: 2, lr: 0.1 }
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
  last:
    uses: weave
    inputs: { model: '\${{ stages.train.text }}', text: '\${{ stages.command.text }}' }
    with: { word: last }
    outputs: [text]
`;

/** The stages' modules: each tells the trace that it runs, and training how many epochs it did. */
export const workshopStages: Readonly<Record<string, string>> = {
  'stages/weave.mjs': `
    import { appendFileSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
    import { label } from './label.mjs';
    const read = (path) => statSync(path).isFile()
      ? readFileSync(path, 'utf8')
      : readdirSync(path).sort().map((name) => name + '=' + read(path + '/' + name)).join('+');
    export default { async run({ name, params, inputs, outputs }) {
      appendFileSync(process.env.ORACLE_TRACE, name + '\\n');
      const texts = Object.keys(inputs).sort().map((input) => read(inputs[input]));
      writeFileSync(outputs.text, label(params.word) + '(' + texts.join(',') + ')');
    } };`,
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
  params: { a: 'a', right: 'r', words: '[x, y, z]', mark: 'm', epochs: '2', lr: '0.1' },
  word: 'hello',
  code: codes[0],
};
