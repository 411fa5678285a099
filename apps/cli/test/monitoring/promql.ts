/** What a PromQL expression needs to find: metrics, and labels on them. */
import { parser } from '@prometheus-io/lezer-promql';

type Node = ReturnType<typeof parser.parse>['topNode'];

export interface Selector {
  metric: string;
  /** Labels that its series must have: those it is filtered by, and those that it is grouped by. */
  labels: string[];
  /** Values that must exist: of filters with `=`. */
  values: { label: string; value: string }[];
}

/** @throws where the expression is no PromQL */
export function selectorsOf(expression: string): Selector[] {
  const { topNode } = parser.parse(expression);
  const selectors: Selector[] = [];
  walk(topNode, expression, [], selectors);
  if (selectors.length === 0) throw new Error(`No metric in: ${expression}`);
  return selectors;
}

function walk(node: Node, text: string, groupedBy: readonly string[], found: Selector[]): void {
  if (node.type.isError) throw new Error(`No PromQL from character ${node.from} on: ${text}`);
  if (node.name === 'VectorSelector') {
    found.push(selector(node, text, groupedBy));
    return;
  }
  const inside = [...groupedBy, ...labelsOf(node.getChild('AggregateModifier')?.getChild('GroupingLabels'), text)];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) walk(child, text, inside, found);
}

function selector(node: Node, text: string, groupedBy: readonly string[]): Selector {
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  const filters = matchers.map((matcher) => {
    const [, label = '', operator, quoted = ''] =
      /^(\w+)\s*(=~|!~|!=|=)\s*(.*)$/.exec(text.slice(matcher.from, matcher.to)) ?? [];
    return { label, operator, value: JSON.parse(quoted) as string };
  });
  const name = node.getChild('Identifier');
  if (name === null) throw new Error(`A selector without a metric: ${text.slice(node.from, node.to)}`);
  return {
    metric: text.slice(name.from, name.to),
    labels: [...groupedBy, ...filters.map(({ label }) => label)],
    values: filters.filter(({ operator }) => operator === '=').map(({ label, value }) => ({ label, value })),
  };
}

function labelsOf(node: Node | null | undefined, text: string): string[] {
  return (node?.getChildren('LabelName') ?? []).map(({ from, to }) => text.slice(from, to));
}
