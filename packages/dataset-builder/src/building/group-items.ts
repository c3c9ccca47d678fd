import type { Source } from '../sources/source.ts';
import type { BuildFinding } from './build-summary.ts';
import type { GroupRule } from './decide-groups.ts';
import { decideGroups } from './decide-groups.ts';
import { groupBy } from './group-by.ts';
import type { StoredItem } from './store-images.ts';

/** An item whose group is known. */
export interface GroupedItem {
  readonly stored: StoredItem;
  /** undefined: the image is a group of its own. */
  readonly group: string | undefined;
  /** Group and source: names of groups may be the same in two sources. */
  readonly groupKey: string;
}

/** Gives every image its group: its own where the source says one, else by the rule. */
export function groupItems(
  items: readonly StoredItem[],
  { sources, rule }: { readonly sources: readonly Source[]; readonly rule: GroupRule },
): { items: GroupedItem[]; decisions: string[]; findings: BuildFinding[] } {
  const decisions: string[] = [];
  const bySource = groupBy(items, ({ sourceIndex }) => sourceIndex);
  const grouped = sources.flatMap(({ name }, index): GroupedItem[] => {
    const own = bySource.get(index) ?? [];
    const open = own.filter(({ item }) => item.group === undefined);
    const decided = decideGroups(
      open.map(({ item }) => item.fileName),
      rule,
    );
    const stated = own.length - open.length;
    const groups = stated > 0 ? [`${stated} images have groups of their own`] : [];
    decisions.push(
      `${name}: ${[...groups, ...(open.length > 0 ? [decided.decision] : [])].join('; ')}`,
    );
    return own.map((stored): GroupedItem => {
      const { fileName, group = decided.groupOf(fileName) } = stored.item;
      const groupKey = JSON.stringify([
        sources.length === 1 ? null : name,
        group === undefined,
        group ?? fileName,
      ]);
      return { stored, group, groupKey };
    });
  });
  return { items: grouped, decisions, findings: findCutGroups(grouped) };
}

/** Groups whose images the sources put into several splits. */
function findCutGroups(items: readonly GroupedItem[]): BuildFinding[] {
  const fixed = items.filter(({ stored }) => stored.item.split !== undefined);
  const groups = groupBy(fixed, ({ groupKey }) => groupKey);
  return [...groups.values()].flatMap((members): BuildFinding[] => {
    const splits = new Set(members.map(({ stored }) => stored.item.split));
    if (splits.size < 2) return [];
    const { stored, group } = members[0]!;
    const message = `group "${group}" is in several splits: ${[...splits].join(', ')}`;
    return [{ kind: 'group-in-several-splits', where: stored.storedName, message }];
  });
}
