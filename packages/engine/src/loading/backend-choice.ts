import { LimberError, suggestName } from '@limber/files';

/** What can compute; `auto` leaves it to the machine. */
export const backendNames = ['auto', 'native', 'wasm', 'webgpu', 'javascript'] as const;

/** What is to compute. */
export type BackendChoice = (typeof backendNames)[number];

/** The environment variable that says what `auto` means. */
const variable = 'LIMBER_ENGINE';

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
  const found = backendNames.find((name) => name === value);
  if (found !== undefined) return found;
  throw new LimberError('invalid-argument', {
    where: variable,
    what: '',
    expected: backendNames.join(', '),
    got: `"${value}"`,
    fix: suggestName(value, backendNames).trim(),
  });
}
