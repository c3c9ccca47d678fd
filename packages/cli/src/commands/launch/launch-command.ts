import type { Command } from 'commander';
import { wholeNumber } from '../../options/option-values.ts';

/** `limber launch -n 2 -- train config.yaml`: one command as several processes of one machine, or one of several machines. */
export function addLaunchCommand(program: Command): void {
  // options behind the command are the command's, with or without `--`
  program.enablePositionalOptions();
  program
    .command('launch')
    .passThroughOptions()
    .description('start train or predict as several processes that do it together')
    .argument('<command...>', 'train or predict with its arguments')
    .option('-n, --processes <n>', 'how many, all on this machine', wholeNumber(1))
    .option(
      '--rank <n>',
      'start this one alone, of those that --addresses names; from 0',
      wholeNumber(0),
    )
    .option(
      '--addresses <list>',
      'host:port of every rank, separated by commas, for several machines',
    )
    .option('--trusted-network', 'nobody else reaches the ports of these machines', false)
    .addHelpText(
      'after',
      `
torchrun --nproc-per-node 4 train.py     limber launch -n 4 -- train train.yaml
torchrun --nnodes 2 --node-rank 1 …      limber launch --addresses first:7000,second:7000 --rank 1 --trusted-network -- train train.yaml
srun python train.py                     srun limber train train.yaml, with trainer.strategy: data-parallel
RANK, WORLD_SIZE, LOCAL_RANK             LIMBER_RANK, LIMBER_RANK_ADDRESSES, LIMBER_LOCAL_RANK: set for each process`,
    )
    .action(async (command: string[], options: LaunchFlags) => {
      const { runLaunch } = await import('./run-launch.ts');
      await runLaunch(command, options);
    });
}

/** The options of `limber launch`, as typed. */
export interface LaunchFlags {
  readonly processes?: number;
  readonly rank?: number;
  readonly addresses?: string;
  readonly trustedNetwork: boolean;
}
