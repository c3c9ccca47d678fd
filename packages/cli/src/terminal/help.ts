import type { Command, Option } from 'commander';
import { Help } from 'commander';

/** One use of every command, by its words. */
export const examples: Readonly<Record<string, string>> = {
  setup: 'limber setup',
  doctor: 'limber doctor',
  init: 'limber init my-poses',
  'pipeline run': 'limber pipeline run squat --set train.epochs=2',
  'pipeline watch': 'limber pipeline watch squat',
  'pipeline sweep': 'limber pipeline sweep squat --set train.optimizer.learningRate=1e-3,3e-3',
  'pipeline experiments': 'limber pipeline experiments squat --sort AP --desc',
  'pipeline list': 'limber pipeline list',
  'pipeline why': 'limber pipeline why squat --set train.epochs=30',
  'pipeline graph': 'limber pipeline graph squat --format mermaid',
  'pipeline status': 'limber pipeline status squat',
  'pipeline diff': 'limber pipeline diff squat 2026-11-28T08-02-44Z latest',
  'pipeline schema': 'limber pipeline schema > pipeline.schema.json',
  'pipeline push': 'limber pipeline push squat',
  'pipeline pull': 'limber pipeline pull squat',
  'pipeline verify': 'limber pipeline verify',
  'pipeline commit': 'limber pipeline commit squat train',
  'pipeline clean': 'limber pipeline clean squat',
  'pipeline gc': 'limber pipeline gc --older-than 30d',
  'dataset build': 'limber dataset build photographs built --val 0.1 --test 0.1',
  'dataset label': 'limber dataset label photographs --teacher movenet --out labelled',
  'dataset lint': 'limber dataset lint photographs --html findings.html',
  'dataset stats': 'limber dataset stats photographs',
  'dataset view': 'limber dataset view photographs',
  'dataset convert': 'limber dataset convert export.xml coco --to coco',
  'dataset merge': 'limber dataset merge both first second',
  pack: 'limber pack built shards/train --split train --input-size 256x192',
  train: 'limber train train.yaml',
  launch: 'limber launch -n 2 -- train train.yaml',
  view: 'limber view runs/squat',
  report: 'limber report runs/squat/2026-11-28T08-02-44Z --compare runs/squat/latest',
  'checkpoint inspect': 'limber checkpoint inspect checkpoints/last/step-100.safetensors',
  'checkpoint verify': 'limber checkpoint verify checkpoints',
  'checkpoint diff': 'limber checkpoint diff first.safetensors second.safetensors',
  evaluate: 'limber evaluate --annotations val.json --results keypoints.json',
  predict: 'limber predict --weights runs/squat/latest/train/model photographs',
  export: 'limber export --weights runs/squat/latest/train/model --format onnx --out model.onnx',
  models: 'limber models rtmpose-s',
  completion: 'limber completion bash > ~/.local/share/bash-completion/completions/limber',
  'bench step': 'limber bench step --model limber-tiny --batch 8 --precision 32',
  'bench loader': 'limber bench loader shards/train --workers 2',
  'bench rerun': 'limber bench rerun --sizes 10,100',
  'bench evaluate': 'limber bench evaluate --images 500 --persons 1000',
};

/** What a help says after its example. */
const remarks: Readonly<Record<string, string>> = {
  train: `
train.yaml, with what is trained on packed before by \`limber pack\`:
  data: { train: shards/train, val: shards/val }
  out: trained
  train: { model: limber-tiny, inputSize: [128, 96], epochs: 20, batchSize: 16 }`,
  completion: `
The shell must find limber itself: npm install -g @limber/cli, or in a clone
  export PATH="$PWD/node_modules/.bin:$PATH"
bash needs its package bash-completion, and the folder of the example. Others:
  zsh         source <(limber completion zsh)                  in ~/.zshrc
  fish        limber completion fish > ~/.config/fish/completions/limber.fish
  powershell  limber completion powershell | Out-String | Invoke-Expression`,
};

/** The words of a command below `limber`, as in `pipeline run`. */
export function wordsOf(command: Command): string {
  const { parent } = command;
  return parent === null ? '' : [wordsOf(parent), command.name()].filter(Boolean).join(' ');
}

/** Ends the help of each command with its example, and leaves out defaults that go without saying. */
export function completeHelp(command: Command): void {
  command.configureHelp({ optionDescription: describeOption });
  const example = examples[wordsOf(command)];
  const remark = remarks[wordsOf(command)] ?? '';
  if (example !== undefined)
    command.addHelpText('after', `\nExample:\n  $ ${example}${remark && `\n${remark}`}`);
  for (const each of command.commands) completeHelp(each);
}

function describeOption(option: Option): string {
  const { defaultValue } = option;
  const isOff = defaultValue === false || (Array.isArray(defaultValue) && !defaultValue.length);
  return isOff ? option.description : new Help().optionDescription(option);
}
