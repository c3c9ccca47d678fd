import { relative } from 'node:path';

/**
 * For rolldown: a module that is joined with others still finds what lies beside it, because its
 * `import.meta.url` stays its own.
 *
 * @param folder - the bundle's.
 */
export const ownPlace = (folder) => ({
  name: 'own-place',
  transform(code, id) {
    if (!code.includes('import.meta.url') || id.includes('/node_modules/')) return null;
    const place = JSON.stringify(relative(folder, id).replaceAll('\\', '/'));
    // lines stay lines, so maps of the compiler's stay right
    return {
      code: code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`),
      map: null,
    };
  },
});
