/** Draws people and rooms: what is done for every vertex, triangle and pixel. `rendering/renderer.ts` calls it. */
export { layMemory } from './memory';
export { setCamera, projectVertices } from './camera';
export { setLight, projectToLamp } from './lamp';
export { skinVertices } from './skin';
export {
  clearSamples,
  rasterize,
  coveredEdge,
  visibleSamples,
  clearShadows,
  castTriangles,
} from './rasterize';
export { paintBackdrop, castShadows } from './backdrop';
export { shade } from './shade';
export { meanLight, blur, smear, develop } from './film';
