import type { Command } from 'commander';
import { Option } from 'commander';
import { jsonOption } from '../../options/shared-options.ts';
import { printJson } from '../../terminal/print-result.ts';
import type { TrainFromFileOptions } from './train-from-file.ts';

/** `limber train <config.yaml>`: one training outside a pipeline; `limber train --schema`: what the file may say. */
export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description('train on packed shards, as a YAML file says')
    .argument(
      '[config.yaml]',
      'data: {train, val}, out, and the training configuration under train',
    )
    .option(
      '--resume <how>',
      'auto: go on from the last checkpoint in out/work; never: start anew; or a checkpoint file',
      'auto',
    )
    .addOption(
      new Option('--progress <how>', 'a bar in a terminal, else a plain line every few seconds')
        .choices(['auto', 'bar', 'plain', 'json'])
        .default('auto'),
    )
    .option('--profile', 'say where the time went', false)
    .addOption(jsonOption())
    .option('--schema', 'print the JSON Schema of the file, for editors, and do nothing else')
    .action(
      async (
        file: string | undefined,
        { schema, ...options }: TrainFromFileOptions & { readonly schema?: true },
        command: Command,
      ) => {
        if (schema === true) {
          const { trainFileJsonSchema } = await import('./train-file.ts');
          return printJson(trainFileJsonSchema());
        }
        if (file === undefined) command.error("error: missing argument 'config.yaml'");
        const { trainFromFile } = await import('./train-from-file.ts');
        await trainFromFile(file, options);
      },
    );
}
