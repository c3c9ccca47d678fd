/**
 * What `limber setup` says where no native engine could be set up.
 *
 * @param because - why each way failed, in the order tried; each says what to do about it.
 */
export function setupFailure(because: readonly string[]): string {
  return [
    'No native TensorFlow could be set up:',
    ...because.map((reason) => `- ${reason.replaceAll('\n', '\n  ')}`),
    'Mend the first of these, then run `limber setup` again. Until then Limber computes in WebAssembly, 3 to 6 times slower.',
  ].join('\n');
}
