import { parseTemplate } from './references.ts';

/** A command as `sh` gets it, its references replaced by variables of the environment. */
export interface ShellCommand {
  readonly command: string;
  /** What each reference stands in that the shell would not put its value into, as it is. */
  readonly refused: readonly (string | undefined)[];
}

/** What a place in a command is surrounded by, and what ends it. */
const endOf = {
  words: '',
  text: '"',
  group: ')',
  'here-document': '',
  comment: '\n',
  'single quotes': "'",
  backquotes: '`',
  '$(( ))': '))',
  '${ }': '}',
  'a quoted here-document': '',
};

type Context = keyof typeof endOf;

const startOf: Readonly<Record<string, Context>> = {
  '"': 'text',
  '(': 'group',
  '$(': 'group',
  '#': 'comment',
  "'": 'single quotes',
  '`': 'backquotes',
  '$((': '$(( ))',
  '${': '${ }',
};

const token =
  /\0|\\[^]|\$\(\(|\)\)|\$[({]|["'`()}\n]|(?<![^\s;&|(])#|(?<!<)<<-?[ \t]*([\\"']?)([\w.-]+)["']?|[^]/g;

/** The variable that holds the value of the reference at `index`, in the order of the command. */
export function referenceVariable(index: number): string {
  return `LIMBER_REF_${index + 1}`;
}

/**
 * Replaces each `${{ }}` reference of a command by a variable, quoted so that its value is one word or
 * a part of one, whatever it holds: the shell neither executes nor splits nor expands it.
 *
 * It becomes `"$LIMBER_REF_1"` among words, and `${LIMBER_REF_1}` in double quotes and here-documents.
 * Where the shell would do more with a value, or nothing, the reference is refused.
 */
export function toShellCommand(template: string): ShellCommand {
  if (!template.includes('${{')) return { command: template, refused: [] };
  const parts = parseTemplate(template).map((part) => (typeof part === 'string' ? part : '\0'));
  const text = parts.join('');
  const open: Context[] = ['words'];
  const refused: (string | undefined)[] = [];
  const documents: { readonly context: Context; readonly end: string }[] = [];
  let command = '';
  for (const match of text.matchAll(token)) {
    const [found, quote, end] = match;
    const context = open.at(-1)!;
    if (found === '\0') {
      const variable = referenceVariable(refused.length);
      const isPossible = isAmongWords(context) || isInText(context) || context === 'comment';
      refused.push(isPossible ? undefined : context);
      command += isInText(context) ? `\${${variable}}` : `"$${variable}"`;
      continue;
    }
    command += found;
    if (end !== undefined && isAmongWords(context)) {
      documents.push({ context: quote === '' ? 'here-document' : 'a quoted here-document', end });
    } else followToken(found, open);
    const [document] = documents;
    if (found !== '\n' || document === undefined) continue;
    if (isAmongWords(open.at(-1)!)) open.push(document.context);
    const line = text.slice(match.index + 1).split('\n', 1)[0]!;
    if (open.at(-1) !== document.context || line.trimStart() !== document.end) continue;
    open.pop();
    documents.shift();
  }
  return { command, refused };
}

const isAmongWords = (context: Context): boolean => context === 'words' || context === 'group';
const isInText = (context: Context): boolean => context === 'text' || context === 'here-document';

/** Whether quotes, `$( )` and the like begin or end. */
function followToken(found: string, open: Context[]): void {
  const context = open.at(-1)!;
  const isVerbatim = /^(single quotes|comment|a quoted here-document)$/.test(context);
  const opened =
    isVerbatim || (isInText(context) && !/^[$`]/.test(found)) ? undefined : startOf[found];
  if (endOf[context] === found || (context === 'single quotes' && found === "\\'")) open.pop();
  else if (context === 'group' && found === '))') open.splice(-2);
  else if (opened !== undefined) open.push(opened);
}
