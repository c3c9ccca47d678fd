/**
 * The warning for a machine on which only TensorFlow.js's JavaScript backend is left.
 *
 * @param because - why each native way failed, in the order tried.
 */
export function javascriptWarning(because: readonly string[]): string {
  return [
    'WARNING: no native TensorFlow could be set up; computing in plain JavaScript.',
    'That is thousands of times slower: enough to see that a model runs, not to train one.',
    ...because.map((reason) => `- ${reason}`),
    'Run `limber doctor` to see what to install, then `limber setup` to try again.',
  ].join('\n');
}
