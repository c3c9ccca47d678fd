import type { Waiting } from '@limber/files';
import { describeWaiting } from '@limber/files';

/** Says on standard error for whom a command waits. */
export function printWaiting(waiting: Waiting): void {
  process.stderr.write(`${describeWaiting(waiting)}\n`);
}
