import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';

/** Loads TensorFlow.js on its JavaScript backend. */
export async function loadJavascriptBackend(): Promise<typeof tfjs> {
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs') as typeof tfjs;
  // Our own warning says it better than tfjs's advice to install a package that does not install.
  tf.enableProdMode();
  await tf.setBackend('cpu');
  return tf;
}
