import { expect, test } from 'vitest';
import { checkNetwork } from './check-network.ts';

const header = 'Inter-|   Receive\n face |bytes    packets\n';

test('a namespace of its own has nothing but a loopback, and what the kernel adds by itself', () => {
  const readDevices = (): string => `${header}    lo:       0       0\n  sit0:       0       0\n`;
  expect(() => checkNetwork(false, readDevices)).not.toThrow();
});

test('a network that others may reach is refused with the reason, unless it is trusted', () => {
  const readDevices = (): string => `${header}    lo: 1 1\n  eth0: 12 3\nwlp2s0:4 5\n`;
  expect(() => checkNetwork(true, readDevices)).not.toThrow();
  expect(() => checkNetwork(false, readDevices)).toThrow(
    'trustedNetwork: training over several processes opens a port of TensorFlow, which listens on all network interfaces ' +
      'without authentication: whoever reaches it, every user of this machine included, runs code as you: expected ' +
      'trustedNetwork: true, or a network namespace of its own, got a network with eth0, wlp2s0. If nobody else reaches the ' +
      'ports of these machines, set trustedNetwork: true under trainer, or give `limber launch` --trusted-network. On one ' +
      'machine `limber launch` makes a namespace where unshare, nsenter and ip are installed and allowed.',
  );
});
