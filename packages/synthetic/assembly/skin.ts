import { bones, links, normals, positions, restNormals, restPositions } from './memory';

/** Linear blend skinning: puts vertices from rest where their one or two bones are. */
export function skinVertices(first: i32, end: i32): void {
  for (let index = first; index < end; index++) {
    const at = (<usize>index) << 4;
    const link = links + ((<usize>index) << 3);
    const bone = bones + ((<usize>load<u8>(link)) << 6);
    const share = load<f32>(link, 4);
    let place = transform(bone, restPositions + at, v128.load(bone, 48));
    let normal = transform(bone, restNormals + at, f32x4.splat(0));
    if (share > 0) {
      const other = bones + ((<usize>load<u8>(link, 1)) << 6);
      const weight = f32x4.splat(share);
      const otherPlace = transform(other, restPositions + at, v128.load(other, 48));
      const otherNormal = transform(other, restNormals + at, f32x4.splat(0));
      place = f32x4.add(place, f32x4.mul(weight, f32x4.sub(otherPlace, place)));
      normal = f32x4.add(normal, f32x4.mul(weight, f32x4.sub(otherNormal, normal)));
    }
    v128.store(positions + at, place);
    const square = f32x4.mul(normal, normal);
    const size =
      f32x4.extract_lane(square, 0) + f32x4.extract_lane(square, 1) + f32x4.extract_lane(square, 2);
    v128.store(normals + at, f32x4.mul(normal, f32x4.splat(1 / sqrt(max<f32>(size, 1e-12)))));
  }
}

function transform(bone: usize, vector: usize, offset: v128): v128 {
  const x = f32x4.mul(v128.load(bone), v128.load32_splat(vector));
  const y = f32x4.mul(v128.load(bone, 16), v128.load32_splat(vector, 4));
  const z = f32x4.mul(v128.load(bone, 32), v128.load32_splat(vector, 8));
  return f32x4.add(f32x4.add(x, y), f32x4.add(z, offset));
}
