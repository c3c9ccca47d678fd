import type { Command } from 'commander';
import { portOption, seedOption } from '../../options/shared-options.ts';

interface RunViewCommandOptions {
  readonly port: number;
  readonly train?: string;
  readonly seed: number;
}

/** `limber view` */
export function addRunViewCommand(program: Command): void {
  program
    .command('view')
    .description(
      'follow a training: curves and the newest predictions, in a page that only this machine can open',
    )
    .argument(
      '[run]',
      'a run, a folder of runs (the newest is taken, also while it runs), or the `out` folder of `limber train`',
      'runs',
    )
    .addOption(portOption())
    .option('--train <file>', 'the training file whose augmentation persons are shown with')
    .addOption(seedOption('variations', 0))
    .action(async (run: string, options: RunViewCommandOptions) => {
      const { locateRun } = await import('../../runs/locate-run.ts');
      const { runViewer } = await import('../../viewer/run-viewer.ts');
      const { folder } = locateRun(run);
      const asked = { checkImages: false, followLinks: false, strict: false };
      await runViewer(folder, { ...options, ...asked });
    });
}
