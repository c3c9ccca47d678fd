/**
 * The line for a machine on which no native TensorFlow could be set up.
 *
 * @param because - why each native way failed, in the order tried; of a reason of many lines the last one tells.
 */
export function wasmNotice(because: readonly string[]): string {
  const reasons = because.map((reason) => reason.trim().split('\n').at(-1)!.trim());
  return (
    'Engine: WebAssembly, 3 to 6 times slower than native TensorFlow, ' +
    `which could not be set up (${reasons.join('; ')}). ` +
    'Run `limber doctor` to see what to install, then `limber setup`.'
  );
}
