import { expect, test } from 'vitest';
import { encodeServer } from './encode-server.ts';

test('a server is what TensorFlow reads as tensorflow.ServerDef', () => {
  const addresses = ['127.0.0.1:7000', 'other:7001'];
  // written field by field in Python, for a context of TensorFlow that has run with it
  const golden =
    '0a2e0a2c0a06776f726b657212120800120e3132372e302e302e313a37303030120e0801120a6f746865723a373030311206776f726b6572' +
    '1801222182011e0a1c2f6a6f623a776f726b65722f7265706c6963613a302f7461736b3a302a0467727063';
  expect(encodeServer({ rank: 1, addresses }).toString('hex')).toBe(golden);
});
