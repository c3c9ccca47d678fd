import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lets those who ask for the same at about the same time share one call.
 *
 * @param pauseMs - the call is made once nobody else has come for so long.
 * @param call - does what `group` says, for all who asked.
 */
export function gatherCalls<Item, Answer>(
  pauseMs: number,
  call: (group: string, items: readonly Item[]) => Promise<Answer>,
): (group: string, item: Item) => Promise<Answer> {
  const open = new Map<string, { readonly items: Item[]; readonly answer: Promise<Answer> }>();
  const gather = async (group: string, items: readonly Item[]): Promise<Answer> => {
    for (let count = 0; items.length > count; await delay(pauseMs)) count = items.length;
    open.delete(group);
    return call(group, items);
  };
  return (group, item) => {
    const found = open.get(group);
    if (found !== undefined) {
      found.items.push(item);
      return found.answer;
    }
    const items = [item];
    const answer = gather(group, items);
    open.set(group, { items, answer });
    return answer;
  };
}
