import { expect, test } from 'vitest';
import { parsePipLine } from './pip-output.ts';

test.each([
  ['  Downloading https://mirror.example/a/x-1-py3.whl (274.0 MB)', 'x-1-py3.whl', 274_000_000],
  ['  Using cached x-1-py3.whl (1.2 GB)', 'x-1-py3.whl', 1_200_000_000],
  ['Downloading x-1-py3.whl (12 B)', 'x-1-py3.whl', 12],
  ['Downloading x-1-py3.whl', 'x-1-py3.whl', null],
  ['Processing /opt/wheels/x-1-py3.whl', 'x-1-py3.whl', null],
  ['Processing c:\\wheels\\x-1-py3.whl', 'x-1-py3.whl', null],
])('%s', (line, name, sizeBytes) => {
  expect(parsePipLine(line)).toEqual({ type: 'download', name, sizeBytes });
});

const retrying =
  'WARNING: Retrying (Retry(total=1, connect=None, read=None, redirect=None, status=None)) after connection broken by';

test.each([
  [
    `'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7ff6>: Failed to establish a new connection: [Errno -2] Name or service not known')': /simple/x/`,
    'Failed to establish a new connection: [Errno -2] Name or service not known',
  ],
  [
    `'ReadTimeoutError("HTTPSConnectionPool(host='mirror.example', port=443): Read timed out. (read timeout=15.0)")': /simple/x/`,
    "HTTPSConnectionPool(host='mirror.example', port=443): Read timed out. (read timeout=15.0)",
  ],
  [
    `'ConnectTimeoutError(<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>, 'Connection to mirror.example timed out. (connect timeout=15.0)')': /simple/x/`,
    'Connection to mirror.example timed out. (connect timeout=15.0)',
  ],
])('a connection that broke is told in its own words: %s', (rest, why) => {
  expect(parsePipLine(`${retrying} ${rest}`)).toEqual({ type: 'trouble', why });
});

test.each([
  'Collecting tensorflow-cpu==2.21.0',
  'Saved ./x-1-py3.whl',
  '  Downloading https://mirror.example/a/x-1-py3.whl.metadata (4.1 kB)',
  '',
])('the line %j tells nothing', (line) => {
  expect(parsePipLine(line)).toBeUndefined();
});
