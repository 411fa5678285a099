import { z } from '@hono/zod-openapi';
import type { InputTag } from '@wm/store';

/** Deeper inputs there are, but nobody writes such a path. */
const MOST_PARTS = 20;

/** A parameter such as `customer.region=eu`; a dot, equals sign or backslash that belongs to a name has a backslash before it. */
export const inputTag = z.string().transform((text, context): string => {
  const problem = text.includes('\0') ? 'must not contain NUL' : parse(text) === undefined ? WRONG : undefined;
  if (problem === undefined) return text;
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

const WRONG = `must be a path in the input and a value, such as customer.region=eu, of at most ${MOST_PARTS} names`;

/** @throws where the text has not passed `inputTag` */
export function readInputTag(text: string): InputTag {
  const tag = parse(text);
  if (tag === undefined) throw new Error('A tag was read that was not checked');
  return tag;
}

function parse(text: string): InputTag | undefined {
  const path = [''];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    if (letter === '=')
      return path.length <= MOST_PARTS && path.every((part) => part !== '')
        ? { path, value: text.slice(at + 1) }
        : undefined;
    if (letter === '.') path.push('');
    else {
      const escaped = letter === '\\' && at + 1 < text.length;
      if (escaped) at += 1;
      path[path.length - 1] += escaped ? text[at]! : letter;
    }
  }
  return undefined;
}
