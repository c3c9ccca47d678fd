import { expect, test } from 'vitest';
import { ownCodeOf } from './own-code.ts';
import { trainConfigSchema } from './train-config.ts';

test('own code is the architecture and the functions of augmentations, each once', () => {
  const config = trainConfigSchema.parse({
    model: './models/mine.js',
    augmentation: { order: ['flip', './rain.js'] },
    lateAugmentation: { lastEpochs: 1, augmentation: { order: ['./rain.js'] } },
  });
  expect(ownCodeOf(config)).toEqual(['./models/mine.js', './rain.js']);
  expect(ownCodeOf(trainConfigSchema.parse({ model: 'limber-tiny' }))).toEqual([]);
});
