import { LimberError, suggestName } from '@limber/files';

/** What is to compute; `auto` leaves it to the machine. */
export type BackendChoice = 'auto' | 'native' | 'wasm' | 'webgpu' | 'javascript';

/** The environment variable that says what `auto` means. */
const variable = 'LIMBER_ENGINE';

const names: readonly BackendChoice[] = ['auto', 'native', 'wasm', 'webgpu', 'javascript'];

/**
 * What computes, where `auto` is left to the environment variable `LIMBER_ENGINE`, if it is set.
 *
 * @throws {LimberError} `invalid-argument` for a name that there is not.
 */
export function resolveBackend(
  choice: BackendChoice,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): BackendChoice {
  const value = environment[variable] ?? '';
  if (choice !== 'auto' || value === '') return choice;
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw new LimberError('invalid-argument', {
    where: variable,
    what: '',
    expected: names.join(', '),
    got: `"${value}"`,
    fix: suggestName(value, names).trim(),
  });
}
