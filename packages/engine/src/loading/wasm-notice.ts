/**
 * The line for a machine on which no native TensorFlow could be set up.
 *
 * @param because - why each native way failed, in the order tried.
 */
export function wasmNotice(because: readonly string[]): string {
  return (
    'Engine: WebAssembly, 3 to 6 times slower than native TensorFlow, ' +
    `which could not be set up (${because.join('; ')}). ` +
    'Run `limber doctor` to see what to install, then `limber setup`.'
  );
}
