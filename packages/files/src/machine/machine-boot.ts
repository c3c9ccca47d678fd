import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Names this start of the machine: Linux names every one; elsewhere it is known to the minute. */
export function machineBoot(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `minute ${Math.round(Date.now() / 60_000 - uptime() / 60)}`;
  }
}
