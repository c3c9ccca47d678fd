import type { Command } from 'commander';
import { Option } from 'commander';

/** `limber train <config.yaml>`: one training outside a pipeline. */
export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description('train on packed shards, as a YAML file says')
    .argument(
      '<config.yaml>',
      'data: {train, val}, out, and the training configuration under train',
    )
    .addOption(
      new Option('--resume <how>', 'go on from the last checkpoint in out/work, or start anew')
        .choices(['auto', 'never'])
        .default('auto'),
    )
    .action(async (file: string, options: { resume: 'auto' | 'never' }) => {
      const { trainFromFile } = await import('../train-from-file.ts');
      await trainFromFile(file, options.resume);
    });
}
