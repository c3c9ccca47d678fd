import { expect, test } from 'vitest';
import { ownCodeOf } from './own-code.ts';
import { trainConfigSchema } from './train-config.ts';

const { order: usual } = trainConfigSchema.parse({ model: 'limber-tiny' }).augmentation!;

test('own code is the architecture and the functions of augmentations, each once', () => {
  const config = trainConfigSchema.parse({
    model: './models/mine.js',
    augmentation: { order: [...usual, './rain.js'] },
    lateAugmentation: { lastEpochs: 1, augmentation: { order: [...usual, './rain.js'] } },
  });
  expect(ownCodeOf(config)).toEqual(['./models/mine.js', './rain.js']);
  expect(ownCodeOf(trainConfigSchema.parse({ model: 'limber-tiny' }))).toEqual([]);
});
