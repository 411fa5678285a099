/** Search parameters as people read them: `env=production&env=staging`, without JSON and quotes. */
export type SearchValues = Record<string, string | string[]>;

export function parseSearch(text: string): SearchValues {
  const values: SearchValues = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = values[name];
    if (before === undefined) values[name] = value;
    else values[name] = [before, value].flat();
  }
  return values;
}

/** What is undefined, null, '' or an empty list is left out, so that a link holds only what differs from the rule. */
export function stringifySearch(values: Record<string, unknown>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    for (const each of [value].flat() as (string | number | boolean | null | undefined)[])
      if (each !== undefined && each !== null && each !== '') pairs.append(name, String(each));
  // Colons and commas need no escape in a query, and times stay readable.
  const text = pairs.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}
