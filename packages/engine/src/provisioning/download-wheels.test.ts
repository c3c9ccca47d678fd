import { expect, test } from 'vitest';
import { parseDownloadLine } from './download-wheels.ts';

test.each([
  ['  Downloading https://mirror.example/a/x-1-py3.whl (274.0 MB)', 'x-1-py3.whl', 274_000_000],
  ['  Using cached x-1-py3.whl (1.2 GB)', 'x-1-py3.whl', 1_200_000_000],
  ['Downloading x-1-py3.whl (12 B)', 'x-1-py3.whl', 12],
])('%s', (line, name, sizeBytes) => {
  expect(parseDownloadLine(line)).toEqual({ name, sizeBytes });
});

test.each(['Collecting tensorflow-cpu==2.21.0', 'Saved ./x-1-py3.whl', ''])(
  'the line %j starts no download',
  (line) => {
    expect(parseDownloadLine(line)).toBeUndefined();
  },
);
