import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../print-json.ts';
import type { SetExitCode } from '../program.ts';

/** `limber setup` and `limber doctor`. */
export function addEngineCommands(program: Command, setExitCode: SetExitCode): void {
  program
    .command('setup')
    .description('install the TensorFlow engine, unless it is there')
    .action(async () => {
      const { setup } = await import('@limber/engine');
      process.stdout.write(`${await setup()}\n`);
    });
  program
    .command('doctor')
    .description('say what engine this machine has, and what to do about each problem')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: true }) => {
      const { doctor } = await import('@limber/engine');
      const report = await doctor();
      setExitCode(report.ok ? exitCodes.done : exitCodes.failed);
      if (options.json === true) return printJson(report);
      for (const [name, value] of Object.entries(report.engine)) {
        process.stdout.write(`${name.padEnd(22)}${String(value)}\n`);
      }
      for (const { what, fix } of report.problems) process.stdout.write(`\n✗ ${what}\n  ${fix}\n`);
      if (report.problems.length === 0) process.stdout.write('\nNo problems found.\n');
    });
}
