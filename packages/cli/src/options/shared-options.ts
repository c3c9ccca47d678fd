import { Option } from 'commander';
import { repeated, toSize, wholeNumber } from './option-values.ts';

/** Every command that prints results has `--json`. */
export interface JsonOption {
  readonly json: boolean;
}

/** `--json` */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON document').default(false);
}

/** `--seed <n>`: the same seed draws the same. @param drawn - what is drawn by it. */
export function seedOption(drawn: string, seed: number): Option {
  return new Option('--seed <n>', `the same seed draws the same ${drawn}`)
    .argParser(wholeNumber(0))
    .default(seed);
}

/** `--port <n>` of a page that this machine serves. */
export function portOption(): Option {
  return new Option('--port <n>', 'where the page is served')
    .argParser(wholeNumber(0))
    .default(0, 'any that is free');
}

/** `--input-size <HxW>` of a model, in pixels. */
export function inputSizeOption(): Option {
  return new Option('--input-size <HxW>', 'what the model sees, in pixels')
    .argParser(toSize)
    .default({ height: 256, width: 192 }, '256x192');
}

/** `--set <key=value>`, as often as needed. */
export function setOption(): Option {
  return new Option('--set <key=value>', 'give a parameter another value')
    .argParser(repeated)
    .default([]);
}
