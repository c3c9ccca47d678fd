/**
 * Where everything lies in the module's memory, in bytes. The caller lays it out and says so once.
 *
 * AssemblyScript: `usize` are places in the module's memory.
 */

/** Of each vertex at rest: x, y, z and one spare, f32. */
export let restPositions: usize = 0;
export let restNormals: usize = 0;
/** Of each vertex: first bone u8, second bone u8, 2 spare bytes, share of the second f32. */
export let links: usize = 0;
/** Of each vertex: u, v, f32. */
export let textures: usize = 0;
/** Of each vertex of the posed body: as at rest, world metres. */
export let positions: usize = 0;
export let normals: usize = 0;
/** Of each vertex: column, row in samples, 1 / depth and one spare, f32. 1 / depth is 0 behind the camera. */
export let screens: usize = 0;
/** The same, seen from the lamp: column, row in texels, nearness. */
export let lampScreens: usize = 0;
/** Of each triangle: three vertices u16, part u8, material u8. */
export let triangles: usize = 0;
/** Of each bone: the columns of its matrix from rest to world, 4 times 4 f32. */
export let bones: usize = 0;
/** Of each material: 32 f32, see `material.ts`. */
export let materials: usize = 0;
/** Of each sample: 1 / depth of the nearest surface f32, its triangle u32, who covered it last u32. */
export let depths: usize = 0;
export let nearest: usize = 0;
export let stamps: usize = 0;
/** Of each texel of the shadow map: nearness to the lamp, f32. */
export let nearness: usize = 0;
/** Of each pixel: linear red, green, blue and one spare, f32. */
export let colors: usize = 0;
/** The image without people, in the same form. */
export let backdrop: usize = 0;
/** Of each pixel of the backdrop: world x, y, z, and the share of its light that is the lamp's, f32. NaN in the sky. */
export let places: usize = 0;
/** sRGB level from 0 to 255 by linear light, f32: see `film.ts`. */
export let curve: usize = 0;
/** As much as the colors take, to work in. */
export let scratch: usize = 0;
/** The image's bytes: red, green, blue. */
export let pixels: usize = 0;

/** @param table - one u32 for each of the places above, in their order. */
export function layMemory(table: usize): void {
  restPositions = load<u32>(table);
  restNormals = load<u32>(table, 4);
  links = load<u32>(table, 8);
  textures = load<u32>(table, 12);
  positions = load<u32>(table, 16);
  normals = load<u32>(table, 20);
  screens = load<u32>(table, 24);
  lampScreens = load<u32>(table, 28);
  triangles = load<u32>(table, 32);
  bones = load<u32>(table, 36);
  materials = load<u32>(table, 40);
  depths = load<u32>(table, 44);
  nearest = load<u32>(table, 48);
  stamps = load<u32>(table, 52);
  nearness = load<u32>(table, 56);
  colors = load<u32>(table, 60);
  backdrop = load<u32>(table, 64);
  places = load<u32>(table, 68);
  curve = load<u32>(table, 72);
  scratch = load<u32>(table, 76);
  pixels = load<u32>(table, 80);
}
