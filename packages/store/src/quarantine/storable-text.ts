/** A text for people as PostgreSQL can hold it: it may quote what PostgreSQL just refused. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\ufffd').replaceAll(/\p{Surrogate}/gu, '\ufffd');
}
