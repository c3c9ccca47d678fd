// What `nx run engine:setup` runs. With --fallback it succeeds where only the slow engine is left: for
// what goes on without the native one.
import { setup } from './setup.ts';

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
const controller = new AbortController();
let endedBy: keyof typeof exitCodes | undefined;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (endedBy !== undefined) process.exit(exitCodes[endedBy]);
    endedBy = name;
    controller.abort(new Error('Interrupted: nothing was changed.'));
  });
}
try {
  const { isNative, message } = await setup({ signal: controller.signal });
  process.stdout.write(`${message}\n`);
  if (!isNative && !process.argv.includes('--fallback')) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = endedBy === undefined ? 1 : exitCodes[endedBy];
}
