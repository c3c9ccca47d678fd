import { decodeOutput, spanOf } from './decode.js';

const find = (id) => document.getElementById(id);
const canvas = find('canvas');
const context = canvas.getContext('2d', { willReadFrequently: true });

/** Joints less sure than this are not drawn. */
const lowestScore = 0.2;
/** How much larger than a drawn box the crop is, as in training. */
const boxPadding = 1.25;
/** The longer side of the drawing, whatever the photograph is: small ones are enlarged so that lines stay fine. */
const [shortestDrawingPx, longestDrawingPx] = [900, 1280];
/** Frames whose mean is shown. */
const meanOver = 15;

const state = {
  about: null,
  model: null,
  source: null,
  box: null,
  stream: null,
  facing: 'user',
  loop: 0,
};

start().catch((error) => say(`The model could not be loaded: ${error.message}`));

async function start() {
  const [about] = await Promise.all([readJson('limber.json'), startBackend()]);
  state.about = about;
  state.model = await tf.loadGraphModel('model/model.json');
  predict(blank(about.inputSize)); // the first run compiles
  describe(about);
  find('file').disabled = false;
  find('camera').disabled = navigator.mediaDevices === undefined;
  say(find('camera').disabled ? 'The camera needs https or localhost.' : '');
  document.body.dataset.ready = 'true';
}

async function readJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

async function startBackend() {
  tf.wasm.setWasmPaths('tensorflow/');
  await tf.setBackend('wasm');
  await tf.ready();
}

function describe({
  architecture,
  inputSize,
  skeleton,
  basedOn,
  trainingRun,
  comparison,
  weightsSha256,
}) {
  find('about').textContent = `${skeleton.keypoints.length} joints · ${architecture}`;
  const threads = tf.wasm.getThreadsCount();
  const facts = {
    Architecture: architecture,
    Input: `${inputSize.width} × ${inputSize.height} pixels`,
    Skeleton: `${skeleton.name}: ${skeleton.keypoints.join(', ')}`,
    'Largest difference from the original':
      comparison &&
      `${comparison.largestDifferencePx.toFixed(3)} pixels on ${comparison.images} images`,
    'Trained in': trainingRun,
    'Based on': basedOn && `${basedOn.source} (${basedOn.license})`,
    Weights: weightsSha256,
    Computes: `TensorFlow.js ${tf.version_core}, WebAssembly, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  };
  for (const [name, value] of Object.entries(facts)) {
    if (!value) continue;
    const [term, text] = [document.createElement('dt'), document.createElement('dd')];
    term.textContent = name;
    text.textContent = value;
    find('facts').append(term, text);
  }
}

function say(text) {
  find('message').textContent = text;
}

function blank({ width, height }) {
  const image = document.createElement('canvas');
  image.width = width;
  image.height = height;
  return { image, box: { x: 0, y: 0, width, height } };
}

/** The joints of the person in a box of an image, in pixels of the image. */
function predict({ image, box }) {
  const { inputSize, codec } = state.about;
  const crop = cropOf(box, inputSize, codec);
  const pixels = cropPixels(image, crop, inputSize);
  return { joints: locate(pixels, crop), input: { pixels, crop } };
}

function locate(pixels, crop) {
  const { codec } = state.about;
  const output = tf.tidy(() => {
    const input = tf.expandDims(tf.browser.fromPixels(pixels), 0);
    return state.model.execute(input).dataSync();
  });
  return decodeOutput(output, codec).map(({ x, y, score }) => ({
    x: crop.x + x * crop.scaleX,
    y: crop.y + y * crop.scaleY,
    score,
  }));
}

/**
 * The box at the model's aspect. Its corner is where the centre of the input's first pixel lies; its scales are image pixels
 * to an input pixel.
 */
function cropOf({ x, y, width, height }, input, codec) {
  const larger = Math.max(width / input.width, height / input.height);
  const scaleX = (larger * input.width) / spanOf(input.width, codec);
  const scaleY = (larger * input.height) / spanOf(input.height, codec);
  const center = { x: x + width / 2, y: y + height / 2 };
  return {
    x: center.x - ((input.width - 1) / 2) * scaleX,
    y: center.y - ((input.height - 1) / 2) * scaleY,
    scaleX,
    scaleY,
  };
}

const cropCanvas = document.createElement('canvas');

function cropPixels(image, crop, { width, height }) {
  if (cropCanvas.width !== width) cropCanvas.width = width;
  if (cropCanvas.height !== height) cropCanvas.height = height;
  const pen = cropCanvas.getContext('2d', { willReadFrequently: true });
  const [scaleX, scaleY] = [1 / crop.scaleX, 1 / crop.scaleY];
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = '#000';
  pen.fillRect(0, 0, width, height);
  // the canvas counts from a pixel's corner, the model from its centre
  const shift = (place, scale) => 0.5 - scale * (place + 0.5);
  pen.setTransform(scaleX, 0, 0, scaleY, shift(crop.x, scaleX), shift(crop.y, scaleY));
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(image, 0, 0);
  return pen.getImageData(0, 0, width, height);
}

/** Takes an image or a frame as what is looked at. */
function setSource(image, width, height) {
  state.source = { image, width, height };
  const longer = Math.max(width, height);
  const scale = Math.min(Math.max(longer, shortestDrawingPx), longestDrawingPx) / longer;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  find('stage').classList.remove('is-empty');
}

function boxOfSource() {
  const { width, height } = state.source;
  return state.box ?? { x: 0, y: 0, width, height };
}

function show() {
  const { image, width } = state.source;
  const begin = performance.now();
  const { joints, input } = predict({ image, box: boxOfSource() });
  const milliseconds = performance.now() - begin;
  draw(joints, canvas.width / width);
  // for whoever builds on this page, and for its test
  window.limberPose = { joints, input, milliseconds };
  window.limberFrames = (window.limberFrames ?? 0) + 1;
  return { joints, milliseconds };
}

function draw(joints, scale) {
  context.drawImage(state.source.image, 0, 0, canvas.width, canvas.height);
  const size = Math.max(2, Math.hypot(canvas.width, canvas.height) / 220);
  const { skeleton } = state.about;
  const isSure = ({ score }) => score >= lowestScore;
  context.lineCap = 'round';
  for (const [from, to] of skeleton.links) {
    if (!isSure(joints[from]) || !isSure(joints[to])) continue;
    const path = new Path2D();
    path.moveTo(...placeOn(joints[from], scale));
    path.lineTo(...placeOn(joints[to], scale));
    stroke(path, size * 2.6, 'rgb(0 0 0 / 45%)');
    stroke(path, size * 1.6, colorOf(skeleton, from, to));
  }
  for (const [at, joint] of joints.entries()) {
    if (!isSure(joint)) continue;
    context.beginPath();
    context.arc(...placeOn(joint, scale), size * 1.3, 0, 2 * Math.PI);
    context.fillStyle = colorOf(skeleton, at, at);
    context.fill();
    context.lineWidth = size * 0.6;
    context.strokeStyle = '#fff';
    context.stroke();
  }
}

/** A joint's place counts from the centre of the first pixel, the canvas from its corner. */
function placeOn({ x, y }, scale) {
  return [(x + 0.5) * scale, (y + 0.5) * scale];
}

function stroke(path, width, color) {
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke(path);
}

/** Left, right and middle, told apart also by eyes that see no red. */
function colorOf({ pairs }, ...joints) {
  if (joints.every((joint) => pairs.some(([left]) => left === joint))) return '#ffb000';
  if (joints.every((joint) => pairs.some(([, right]) => right === joint))) return '#3aa0ff';
  return '#f4f4f4';
}

async function showFile(file) {
  stopCamera();
  state.box = null;
  try {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
    setSource(image, image.width, image.height);
    showStill();
  } catch {
    say(`${file.name} is not an image that this browser reads.`);
  }
}

function showStill() {
  const { joints, milliseconds } = show();
  const found = joints.filter(({ score }) => score >= lowestScore).length;
  const ms = milliseconds.toFixed(0);
  say(
    found === 0
      ? 'No person was found. Drag a box around one.'
      : `${found} of ${joints.length} joints in ${ms} ms`,
  );
}

async function startCamera() {
  stopCamera();
  try {
    state.stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: state.facing },
      audio: false,
    });
  } catch (error) {
    say(error.name === 'NotAllowedError' ? 'The camera was not allowed.' : 'No camera was found.');
    return;
  }
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = state.stream;
  await video.play();
  state.box = null;
  setSource(video, video.videoWidth, video.videoHeight);
  find('camera').textContent = 'Stop the camera';
  find('turn').hidden = false;
  const loop = ++state.loop;
  const times = [];
  const frame = () => {
    if (loop !== state.loop) return;
    if (video.videoWidth !== state.source.width)
      setSource(video, video.videoWidth, video.videoHeight);
    const { milliseconds } = show();
    times.push(performance.now());
    if (times.length > meanOver) times.shift();
    const seconds = (times.at(-1) - times[0]) / 1000;
    if (times.length > 2) {
      const rate = ((times.length - 1) / seconds).toFixed(1);
      say(`${rate} frames/s, ${milliseconds.toFixed(0)} ms a pose`);
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function stopCamera() {
  state.loop++;
  for (const track of state.stream?.getTracks() ?? []) track.stop();
  state.stream = null;
  find('camera').textContent = 'Start the camera';
  find('turn').hidden = true;
}

find('file').addEventListener('change', ({ target }) => {
  if (target.files[0]) void showFile(target.files[0]);
  target.value = '';
});
find('camera').addEventListener('click', () => {
  if (state.stream) stopCamera();
  else void startCamera();
});
find('turn').addEventListener('click', () => {
  state.facing = state.facing === 'user' ? 'environment' : 'user';
  void startCamera();
});

const stage = find('stage');
stage.addEventListener('dragover', (event) => {
  event.preventDefault();
  stage.classList.add('is-over');
});
for (const type of ['dragleave', 'drop']) {
  stage.addEventListener(type, () => stage.classList.remove('is-over'));
}
stage.addEventListener('drop', (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file && !find('file').disabled) void showFile(file);
});

let corner = null;
const placeOf = ({ clientX, clientY }) => {
  const { left, top, width } = canvas.getBoundingClientRect();
  const scale = state.source.width / width;
  return { x: (clientX - left) * scale, y: (clientY - top) * scale };
};
const boxBetween = (a, b) => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
});
canvas.addEventListener('pointerdown', (event) => {
  if (state.stream) return;
  corner = placeOf(event);
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener('pointermove', (event) => {
  if (corner === null) return;
  const { x, y, width, height } = boxBetween(corner, placeOf(event));
  const scale = canvas.width / state.source.width;
  context.drawImage(state.source.image, 0, 0, canvas.width, canvas.height);
  context.lineWidth = 2;
  context.strokeStyle = '#fff';
  context.strokeRect(x * scale, y * scale, width * scale, height * scale);
});
canvas.addEventListener('pointerup', (event) => {
  if (corner === null) return;
  const { x, y, width, height } = boxBetween(corner, placeOf(event));
  corner = null;
  const isBox = Math.min(width, height) > 0.03 * state.source.width;
  const margin = (boxPadding - 1) / 2;
  state.box = isBox
    ? {
        x: x - margin * width,
        y: y - margin * height,
        width: width * boxPadding,
        height: height * boxPadding,
      }
    : null;
  showStill();
});
canvas.addEventListener('pointercancel', () => {
  corner = null;
});
