/** Every model there is. */
export const modelNames = [
  'limber-tiny',
  'simplebaseline-resnet18',
  'simplebaseline-resnet34',
  'simplebaseline-resnet50',
  'simplebaseline-resnet101',
  'movenet-lightning',
  'movenet-thunder',
] as const;

/** One of {@link modelNames}. */
export type ModelName = (typeof modelNames)[number];
