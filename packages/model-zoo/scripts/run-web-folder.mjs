// Runs the model of an exported web page in Node, with the TensorFlow.js that the page loads.
//   node packages/model-zoo/scripts/run-web-folder.mjs WEB_FOLDER IMAGES BATCH OUTPUT
// IMAGES: bytes, RGB, of BATCH images of the model's input size. OUTPUT: float32, as the model gives it.
import { readFileSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join, resolve, sep } from 'node:path';

const [web, images, batch, output] = process.argv.slice(2);
const folder = resolve(web);
const libraries = Object.fromEntries(
  ['core', 'converter', 'backend-wasm'].map((name) => [
    `@tensorflow/tfjs-${name}`,
    join(folder, 'tensorflow', `tf-${name}.min.js`),
  ]),
);
// the libraries in the folder know each other by the names of their packages
const resolveName = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => libraries[name] ?? resolveName(name, ...rest);
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs-core');
const { loadGraphModel } = require('@tensorflow/tfjs-converter');
const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
tf.enableProdMode();
setWasmPaths(join(folder, 'tensorflow') + sep);
await tf.setBackend('wasm');

const model = JSON.parse(readFileSync(join(folder, 'model/model.json'), 'utf8'));
const { height, width } = JSON.parse(readFileSync(join(folder, 'limber.json'), 'utf8')).inputSize;
const { buffer, byteOffset, byteLength } = readFileSync(join(folder, 'model/weights.bin'));
const graph = await loadGraphModel({
  load: () =>
    Promise.resolve({
      ...model,
      weightSpecs: model.weightsManifest.flatMap(({ weights }) => weights),
      weightData: buffer.slice(byteOffset, byteOffset + byteLength),
    }),
});
const shape = [Number(batch), height, width, 3];
const pixels = Int32Array.from(readFileSync(images));
const result = graph.predict(tf.tensor(pixels, shape, 'int32'));
writeFileSync(output, new Uint8Array((await result.data()).slice().buffer));
