import type { Command } from 'commander';
import { wholeNumber } from '../../options/option-values.ts';

/** `limber launch -n 2 -- train config.yaml`: data-parallel training on one machine, or one rank of several machines. */
export function addLaunchCommand(program: Command): void {
  program
    .command('launch')
    .description('start a command as several processes that train together')
    .argument('<command...>', 'a command of limber with its arguments, after --')
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
