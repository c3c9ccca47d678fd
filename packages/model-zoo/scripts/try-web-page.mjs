// Opens an exported web page in headless Chromium, gives it images, and compares its poses with the ONNX export's own.
//   node packages/model-zoo/scripts/try-web-page.mjs WEB_FOLDER MODEL.onnx IMAGES_FOLDER [--isolated] [--shots FOLDER]
// --isolated sends the headers that threads need.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { decodeUpright, drawInput } from '@limber/dataset-loader';
import { cropAffine, regionOfBox } from '@limber/keypoints';
import ort from 'onnxruntime-node';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const [web, onnx, folder, ...flags] = process.argv.slice(2);
const shots = flags.includes('--shots') ? flags[flags.indexOf('--shots') + 1] : undefined;
const isolation = flags.includes('--isolated')
  ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
  : {};
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};
const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  const file = join(web, path === '/' ? 'index.html' : path);
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    ...isolation,
  });
  response.end(readFileSync(file));
}).listen(0);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: (
    '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync --disable-background-networking ' +
    '--disable-component-update --use-fake-device-for-media-stream --use-fake-ui-for-media-stream'
  ).split(' '),
});

const { inputSize } = JSON.parse(readFileSync(join(web, 'limber.json'), 'utf8'));
const session = await ort.InferenceSession.create(onnx);
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
page.on('pageerror', (error) => console.log('error in the page:', error.message));
await page.goto(`http://localhost:${server.address().port}/`);
await page.waitForSelector('body[data-ready]', { timeout: 60_000 });

let largest = 0;
let levels = 0;
let count = 0;
for (const name of readdirSync(folder).slice(0, 20)) {
  const photograph = await sharp(join(folder, name)).removeAlpha().png().toBuffer();
  await page.evaluate(() => (window.limberPose = undefined));
  await page.setInputFiles('#file', { name, mimeType: 'image/png', buffer: photograph });
  await page.waitForFunction(() => window.limberPose);
  const { joints, pixels, crop } = await page.evaluate(() => {
    const { joints: found, input } = window.limberPose;
    return { joints: found, crop: input.crop, pixels: [...input.pixels.data] };
  });
  // the page's own input, without its alpha
  const seen = Uint8Array.from(pixels.filter((_, at) => at % 4 !== 3));
  const shape = [1, inputSize.height, inputSize.width, 3];
  const { keypoints } = await session.run({ images: new ort.Tensor('uint8', seen, shape) });
  for (const [at, joint] of joints.entries()) {
    const x = (joint.x - crop.x) / crop.scaleX;
    const y = (joint.y - crop.y) / crop.scaleY;
    const [expectedX, expectedY] = keypoints.data.subarray(2 * at, 2 * at + 2);
    largest = Math.max(largest, Math.abs(x - expectedX), Math.abs(y - expectedY));
  }
  const image = await decodeUpright(photograph);
  const region = regionOfBox([0, 0, image.size.width, image.size.height], inputSize, 1);
  const drawn = new Uint8Array(seen.length);
  drawInput(image, cropAffine(region, inputSize), { size: inputSize, data: drawn });
  levels += drawn.reduce((sum, value, at) => sum + Math.abs(value - seen[at]), 0) / drawn.length;
  count += 1;
}
console.log(
  `${count} images: joints differ by ${largest.toFixed(4)} px at most from ONNX on the same input; ` +
    `the page's input differs from Limber's by ${(levels / count).toFixed(2)} of 255 levels on average`,
);

// CPU time of the page's thread does not depend on what else the machine does
const client = await page.context().newCDPSession(page);
await client.send('Performance.enable', { timeDomain: 'threadTicks' });
const metric = async (name) =>
  (await client.send('Performance.getMetrics')).metrics.find((one) => one.name === name).value;
await page.click('#camera');
await page.waitForTimeout(3000);
const frames = () => page.evaluate(() => window.limberFrames);
const [before, first] = [await metric('TaskDuration'), await frames()];
await page.waitForTimeout(10_000);
const [after, last] = [await metric('TaskDuration'), await frames()];
console.log(await page.textContent('#message'));
console.log(
  `${(((after - before) / (last - first)) * 1000).toFixed(1)} ms of CPU a frame, ${last - first} frames, isolated ${await page.evaluate(() => crossOriginIsolated)}, threads ${await page.evaluate(() => tf.wasm.getThreadsCount())}`,
);
if (shots !== undefined) await page.screenshot({ path: join(shots, 'camera.png') });
await browser.close();
server.close();
