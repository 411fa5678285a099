/** What a terminal obeys or what turns the direction of writing; line ends and tabs of a text may stay. */
const COMMANDING = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text of strangers, without what a terminal would obey. In a JSON text the escapes stand for the very characters, so
 * that it stays the same event.
 */
export function printable(text: string): string {
  return text.replaceAll(COMMANDING, (character) =>
    /[\t\n\r]/.test(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same on one line. */
export function inLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ');
}
