import type { Mesh } from '../meshes/mesh.ts';
import type { Camera } from '../scenes/camera.ts';
import type { DepthImage } from './depth-image.ts';
import { samplesPerSide, toSamples } from './depth-image.ts';

/** Nothing nearer than this is drawn, metres. */
const nearest = 0.15;

/**
 * Draws the triangles of a mesh that face the camera over what is already in the image, nearest first.
 *
 * @param firstTriangle - those before it are left out.
 */
export function rasterize(mesh: Mesh, image: DepthImage, firstTriangle = 0): void {
  const drawing: Drawing = { mesh, image, screen: projectVertices(mesh, image.camera) };
  for (let triangle = firstTriangle; triangle < mesh.triangleCount; triangle++) {
    drawTriangle(drawing, triangle);
  }
}

interface Drawing {
  readonly mesh: Mesh;
  readonly image: DepthImage;
  /** Samples across, samples down and 1 / depth of every vertex; 1 / depth is 0 for one that is too near. */
  readonly screen: Float64Array;
}

let screenMemory = new Float64Array(0);

function projectVertices(mesh: Mesh, camera: Camera): Float64Array {
  if (screenMemory.length < mesh.vertexCount * 3)
    screenMemory = new Float64Array(mesh.positions.length);
  const { positions } = mesh;
  const [px, py, pz] = camera.position;
  const [rx, ry, rz] = camera.right;
  const [dx, dy, dz] = camera.down;
  const [fx, fy, fz] = camera.forward;
  const centerX = toSamples(camera.center[0]);
  const centerY = toSamples(camera.center[1]);
  const focal = camera.focal * samplesPerSide;
  for (let index = 0; index < mesh.vertexCount * 3; index += 3) {
    const x = positions[index]! - px;
    const y = positions[index + 1]! - py;
    const z = positions[index + 2]! - pz;
    const depth = x * fx + y * fy + z * fz;
    const inverse = depth > nearest ? 1 / depth : 0;
    screenMemory[index] = centerX + focal * (x * rx + y * ry + z * rz) * inverse;
    screenMemory[index + 1] = centerY + focal * (x * dx + y * dy + z * dz) * inverse;
    screenMemory[index + 2] = inverse;
  }
  return screenMemory;
}

function drawTriangle({ mesh, image, screen }: Drawing, triangle: number): void {
  const { corners } = mesh;
  const a = corners[triangle * 3]!;
  const b = corners[triangle * 3 + 1]!;
  const c = corners[triangle * 3 + 2]!;
  const wa = screen[a * 3 + 2]!;
  const wb = screen[b * 3 + 2]!;
  const wc = screen[c * 3 + 2]!;
  if (wa === 0 || wb === 0 || wc === 0) return;
  const ax = screen[a * 3]!;
  const ay = screen[a * 3 + 1]!;
  const bx = screen[b * 3]!;
  const by = screen[b * 3 + 1]!;
  const cx = screen[c * 3]!;
  const cy = screen[c * 3 + 1]!;
  // counterclockwise seen from outside is clockwise where y points down
  const area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay);
  if (area <= 1e-9) return;
  const { width, height } = image;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx)));
  const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx)));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy)));
  const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy)));
  if (left > right || top > bottom) return;
  image.touch({ left, right, top, bottom });
  const { depth, part, material, normal, texture } = image;
  const { normals, textures } = mesh;
  const inverseArea = 1 / area;
  const stepA = (cy - by) * inverseArea;
  const stepB = (ay - cy) * inverseArea;
  const na = a * 3;
  const nb = b * 3;
  const nc = c * 3;
  for (let y = top; y <= bottom; y++) {
    let shareA = ((cx - left) * (by - y) - (bx - left) * (cy - y)) * inverseArea - stepA;
    let shareB = ((ax - left) * (cy - y) - (cx - left) * (ay - y)) * inverseArea - stepB;
    for (let x = left; x <= right; x++) {
      shareA += stepA;
      shareB += stepB;
      const shareC = 1 - shareA - shareB;
      if (shareA < 0 || shareB < 0 || shareC < 0) continue;
      const distance = 1 / (shareA * wa + shareB * wb + shareC * wc);
      const at = y * width + x;
      if (distance >= depth[at]!) continue;
      depth[at] = distance;
      part[at] = mesh.parts[triangle]!;
      material[at] = mesh.materials[triangle]!;
      const n = at * 3;
      normal[n] = shareA * normals[na]! + shareB * normals[nb]! + shareC * normals[nc]!;
      normal[n + 1] =
        shareA * normals[na + 1]! + shareB * normals[nb + 1]! + shareC * normals[nc + 1]!;
      normal[n + 2] =
        shareA * normals[na + 2]! + shareB * normals[nb + 2]! + shareC * normals[nc + 2]!;
      // perspective matters for the textures of large faces
      const pa = shareA * wa * distance;
      const pb = shareB * wb * distance;
      const pc = shareC * wc * distance;
      texture[at * 2] = pa * textures[a * 2]! + pb * textures[b * 2]! + pc * textures[c * 2]!;
      texture[at * 2 + 1] =
        pa * textures[a * 2 + 1]! + pb * textures[b * 2 + 1]! + pc * textures[c * 2 + 1]!;
    }
  }
}
