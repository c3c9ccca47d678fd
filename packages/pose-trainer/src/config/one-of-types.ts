import { nearestName } from '@limber/files';

/** Says which types a choice knows, and which was probably meant: what a union of objects reports when none fits. */
export function oneOfTypes(...types: readonly string[]): {
  readonly error: (issue: { readonly input?: unknown }) => string;
} {
  return {
    error: ({ input }) => {
      const got = (input as { readonly type?: unknown } | null | undefined)?.type;
      const nearest = typeof got === 'string' ? nearestName(got, types) : undefined;
      const fix = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
      return `no such type: expected one of ${types.join(', ')}, got ${JSON.stringify(got)}.${fix}`;
    },
  };
}
