import { validateSkeleton } from '@limber/keypoints';
import { expect, test } from 'vitest';
import type { Source, SourceItem } from './source.ts';
import { splitNames } from './source.ts';

/** What every source must keep to, whatever it reads. */
export function testSource(name: string, open: () => Promise<Source>): void {
  const read = async (source: Source): Promise<SourceItem[]> => {
    const items: SourceItem[] = [];
    for await (const item of source.items()) items.push(item);
    return items;
  };

  test(`${name}: reading twice gives the same items in the same order`, async () => {
    const source = await open();
    const items = await read(source);
    expect(items.length).toBeGreaterThan(0);
    expect(items).toHaveLength(source.imageCount);
    expect(await read(source)).toEqual(items);
  });

  test(`${name}: the category and the skeleton speak of the same joints`, async () => {
    const { category, skeleton } = await open();
    expect(category.keypoints).toEqual(skeleton.keypoints);
    expect(validateSkeleton(skeleton)).toBe(skeleton);
  });

  test(`${name}: file names are distinct, below the folder, and use forward slashes`, async () => {
    const names = (await read(await open())).map(({ fileName }) => fileName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).not.toMatch(/^\/|^\.\.|\\|^$/);
  });

  test(`${name}: every annotation is complete and counts its own joints`, async () => {
    const source = await open();
    for (const item of await read(source)) {
      expect(item.width).toBeGreaterThan(0);
      expect(item.height).toBeGreaterThan(0);
      expect(item.where).not.toBe('');
      if (item.split !== undefined) expect(splitNames).toContain(item.split);
      for (const { keypoints, num_keypoints, area, iscrowd } of item.annotations) {
        expect(keypoints).toHaveLength(source.skeleton.keypoints.length * 3);
        const labelled = keypoints.filter((v, index) => index % 3 === 2 && v > 0);
        expect(num_keypoints).toBe(labelled.length);
        expect(area).toBeGreaterThan(0);
        expect([0, 1]).toContain(iscrowd);
      }
    }
  });
}
