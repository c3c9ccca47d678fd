// Runs the model of an exported web page in Node, with the TensorFlow.js that the page loads.
//   node packages/model-zoo/scripts/run-web-folder.mjs WEB_FOLDER IMAGES BATCH OUTPUT
// IMAGES: bytes, RGB, of BATCH images of the model's input size. OUTPUT: float32, as the model gives it.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { runInThisContext } from 'node:vm';

const [folder, images, batch, output] = process.argv.slice(2);
globalThis.require = createRequire(import.meta.url); // the backend reads its WebAssembly with it
for (const name of ['tf-core', 'tf-converter', 'tf-backend-wasm']) {
  const file = join(folder, 'tensorflow', `${name}.min.js`);
  runInThisContext(readFileSync(file, 'utf8'), { filename: file });
}
const { tf } = globalThis;
tf.enableProdMode();
tf.wasm.setWasmPaths(join(folder, 'tensorflow') + sep);
await tf.setBackend('wasm');

const model = JSON.parse(readFileSync(join(folder, 'model/model.json'), 'utf8'));
const { height, width } = JSON.parse(readFileSync(join(folder, 'limber.json'), 'utf8')).inputSize;
const { buffer, byteOffset, byteLength } = readFileSync(join(folder, 'model/weights.bin'));
const graph = await tf.loadGraphModel({
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
