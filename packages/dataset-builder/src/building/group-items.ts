import type { Source } from '../sources/source.ts';
import type { BuildFinding } from './build-summary.ts';
import type { GroupRule } from './decide-groups.ts';
import { decideGroups } from './decide-groups.ts';
import { groupBy } from './group-by.ts';
import type { StoredItem } from './store-images.ts';

/** An item whose group is known. */
export interface GroupedItem extends StoredItem {
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
    const open = own.filter(({ group }) => group === undefined);
    const decided = decideGroups(
      open.map(({ fileName }) => fileName),
      rule,
    );
    const stated = own.length - open.length;
    const groups = stated > 0 ? [`${stated} images have groups of their own`] : [];
    decisions.push(
      `${name}: ${[...groups, ...(open.length > 0 ? [decided.decision] : [])].join('; ')}`,
    );
    return own.map((item) => {
      const group = item.group ?? decided.groupOf(item.fileName);
      const groupKey = JSON.stringify([
        sources.length === 1 ? null : name,
        group === undefined,
        group ?? item.fileName,
      ]);
      return { ...item, ...(group === undefined ? {} : { group }), groupKey };
    });
  });
  return { items: grouped, decisions, findings: findCutGroups(grouped) };
}

/** Groups whose images the sources put into several splits. */
function findCutGroups(items: readonly GroupedItem[]): BuildFinding[] {
  const groups = groupBy(items, ({ groupKey }) => groupKey);
  return [...groups.values()].flatMap((members): BuildFinding[] => {
    const splits = new Set(members.flatMap(({ split }) => split ?? []));
    if (splits.size < 2) return [];
    const { storedName: where, group } = members[0]!;
    const message = `group "${group}" is in several splits: ${[...splits].join(', ')}`;
    return [{ kind: 'group-in-several-splits', where, message }];
  });
}
