/** What the registry knows against the dependencies that run in production. */

export type AdvisoryVerdict =
  /** Severe ones are high or critical; each with its package and title. */
  | { kind: 'answered'; severe: string[]; others: number }
  /** The registry, or what stands before it, has no answer. */
  | { kind: 'no answer'; why: string };

interface Report {
  vulnerabilities: Record<string, { severity: string; via: (string | { title?: string; url?: string })[] }>;
}

/** @param output what `npm audit --json` prints, whatever its exit code */
export function readAdvisories(output: string): AdvisoryVerdict {
  const report = parse(output);
  if (!isReport(report)) return { kind: 'no answer', why: reasonOf(report, output) };
  const all = Object.entries(report.vulnerabilities);
  const severe = all.filter(([, { severity }]) => severity === 'high' || severity === 'critical');
  return {
    kind: 'answered',
    severe: severe.map(([name, { severity, via }]) => `${name} (${severity}): ${via.map(titleOf).join('; ')}`),
    others: all.length - severe.length,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'vulnerabilities' in value && 'metadata' in value;
}

/** A package that is only affected by another one has that one's name here. */
function titleOf(via: string | { title?: string; url?: string }): string {
  return typeof via === 'string' ? `by way of ${via}` : [via.title, via.url].filter(Boolean).join(' ');
}

/** npm puts the address of the registry into its messages, and nobody needs that here. */
function reasonOf(report: unknown, output: string): string {
  const { message, error } = (report ?? {}) as { message?: unknown; error?: { code?: unknown } };
  const text = [message, error?.code].find((part) => typeof part === 'string') ?? output.split('\n', 1)[0] ?? '';
  return text.replace(/ ?-? ?(?:[A-Z]+ )?https?:\/\/\S+/, '').trim() || 'npm printed nothing';
}
