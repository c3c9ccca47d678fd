import { readFileSync } from 'node:fs';
import { LimberError } from '@limber/files';

/** What the kernel adds to every network namespace by itself; they are down. */
const tunnelDevices: ReadonlySet<string> = new Set([
  'erspan0',
  'gre0',
  'gretap0',
  'ip6_vti0',
  'ip6gre0',
  'ip6tnl0',
  'ip_vti0',
  'sit0',
  'tunl0',
]);

/**
 * Refuses to open TensorFlow's port where others could reach it.
 *
 * A network namespace of its own is told by its devices: there is none but the loopback.
 *
 * @param readDevices - gives the text of `/proc/net/dev`.
 * @throws {LimberError} `invalid-argument` with the reason.
 */
export function checkNetwork(
  isTrusted: boolean,
  readDevices: () => string = () => readFileSync('/proc/net/dev', 'utf8'),
): void {
  if (isTrusted) return;
  const others = devicesIn(readDevices()).filter((name) => !tunnelDevices.has(name));
  if (others.length === 0) return;
  throw new LimberError('invalid-argument', {
    where: 'trustedNetwork',
    what:
      'training over several processes opens a port of TensorFlow, which listens on all network interfaces without ' +
      'authentication: whoever reaches it, every user of this machine included, runs code as you',
    expected: 'trustedNetwork: true, or a network namespace of its own',
    got: `a network with ${others.join(', ')}`,
    fix:
      'If nobody else reaches the ports of these machines, set trustedNetwork: true under trainer, or give ' +
      '`limber launch` --trusted-network. On one machine `limber launch` makes a namespace where unshare, nsenter and ip ' +
      'are installed and allowed.',
  });
}

/** The network devices but for the loopback, from the text of `/proc/net/dev`. */
function devicesIn(text: string): string[] {
  const names = [...text.matchAll(/^\s*([^\s:]+):/gm)].map((match) => match[1]!);
  return names.filter((name) => name !== 'lo');
}
