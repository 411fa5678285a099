/** What a service shows at /metrics. */

export interface Series {
  metric: string;
  labels: Record<string, string>;
  value: number;
}

/** @throws where it does not answer */
export async function scrape(url: string, key: string): Promise<Series[]> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${url}/metrics answered ${response.status}`);
  return (await response.text())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readLine);
}

function readLine(line: string): Series {
  const [, metric = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
  return { metric, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
}
