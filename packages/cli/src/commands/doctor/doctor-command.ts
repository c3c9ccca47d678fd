import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { printResult } from '../../terminal/print-result.ts';

/** `limber doctor` */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('say what engine this machine has, and what to do about each problem')
    .addOption(jsonOption())
    .action(async ({ json }: JsonOption) => {
      const { doctor } = await import('@limber/engine');
      const report = await doctor();
      if (!report.ok) process.exitCode = exitCodes.failed;
      printResult(report, {
        json,
        lines: ({ engine, problems }) => [
          ...Object.entries(engine).map(([name, value]) => name.padEnd(22) + show(value)),
          ...problems.map(({ what, fix }) => `\n✗ ${what}\n  ${fix}`),
          ...(problems.length === 0 ? ['\nNo problems found.'] : []),
        ],
      });
    });
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object' || value === null) return String(value as string | null);
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${String(inner)}`)
    .join(', ');
}
