/**
 * A JSON text with a line for each entry, its letters unchanged: parsing it and writing it anew would change large numbers and
 * drop names that stand twice. Pure.
 *
 * @returns the text as it was where it is no JSON, or so long that nobody reads it line by line
 */
export function formatJson(text: string): string {
  if (text.length > MOST_LETTERS) return text;
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  const newLine = (): void => {
    lines.push(line);
    line = '  '.repeat(depth);
  };
  const tokens = text.match(TOKENS) ?? [];
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (token === '{' || token === '[') {
      line += token;
      if (next === '}' || next === ']') return;
      depth += 1;
      newLine();
    } else if (token === '}' || token === ']') {
      const before = tokens[index - 1];
      if (before !== '{' && before !== '[') {
        depth -= 1;
        newLine();
      }
      line += token;
    } else if (token === ',') {
      line += token;
      newLine();
    } else line += token === ':' ? ': ' : token;
  });
  return [...lines, line].join('\n');
}

/** Beyond this, lines would take longer to draw than to read. */
const MOST_LETTERS = 500_000;

/** Texts, signs, and everything else up to the next of them or a space. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
