import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import {
  inSnapshot,
  listWorkflows,
  type ListEffort,
  type ListPosition,
  type ListQuestion,
  type WorkflowFilter,
  type WorkflowPage,
} from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { problemResponses } from '../http/problem.ts';
import { EXPORT_FORMATS, type ExportFormat } from './export-rows.ts';
import { exportQuery, filterOf, questionOf } from './list-query.ts';
import { runView } from './run-view.ts';

/** Rows of one transaction. */
const PAGE_ROWS = 500;
/** Nobody looks at the page: a walk may take longer, so that fewer transactions are needed. */
const EXPORT_EFFORT: ListEffort = { firstStep: 4_000, smallSource: 10_000, budgetMs: 100 };

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/export',
  summary: 'All workflows that a filter leaves, as CSV or NDJSON',
  description:
    'Streamed, in short transactions: each row is true as of the moment it was read. An answer that breaks off is not whole; one that ends is. The headers X-As-Of and X-Lag-Ms say when it began, and how far the state was behind the events then.',
  request: { query: exportQuery },
  responses: {
    200: {
      description: 'The rows, in the order asked for',
      content: { 'application/x-ndjson': { schema: z.string() }, 'text/csv': { schema: z.string() } },
    },
    ...problemResponses,
  },
});

type Ordered = Pick<z.output<typeof exportQuery>, 'sort' | 'order'>;

export function addExportWorkflows(app: OpenAPIHono<ApiEnv>, { sql, freshness, usual }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { sort, order, format, ...values } = c.req.valid('query');
    const scope = c.get('scope');
    const { expectations } = await usual.read();
    const [{ value: filter, asOf: begun }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => filterOf(tx, { scope, expectations }, values)),
      freshness.of(scope, { envs: values.env, services: values.service }),
    ]);
    const { contentType, head, line } = EXPORT_FORMATS[format];
    const pages = readPages({ sql, usual }, filter, { sort, order }, line);
    // The first page is read before the answer begins, so that what is wrong with the question can still be said.
    const first = await pages.next();
    const stream = textStream(`${head}${first.value ?? ''}`, pages);
    return c.body(stream, 200, {
      'content-type': contentType,
      'content-disposition': `attachment; filename="workflows.${format}"`,
      'x-as-of': begun.toISOString(),
      'x-lag-ms': String(fresh.lagMs),
    });
  });
}

async function* readPages(
  { sql, usual }: Pick<ApiParts, 'sql' | 'usual'>,
  filter: WorkflowFilter,
  { sort, order }: Ordered,
  line: ExportFormat['line'],
): AsyncGenerator<string, undefined> {
  let after: ListPosition | null = null;
  do {
    const question: ListQuestion = {
      ...questionOf(filter, { sort, order, limit: PAGE_ROWS, cursor: undefined }),
      after,
    };
    const page: { value: WorkflowPage; asOf: Date } = await inSnapshot(sql, (tx) =>
      listWorkflows(tx, question, EXPORT_EFFORT),
    );
    const { rows, next } = page.value;
    const { expectations } = await usual.read();
    if (rows.length > 0) yield rows.map((row) => line(runView(row, page.asOf, expectations))).join('');
    after = next;
  } while (after !== null);
}

/** Reads on only as fast as somebody takes it, and not at all once they have gone. */
function textStream(begin: string, rest: AsyncGenerator<string, undefined>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(begin)),
    pull: async (controller) => {
      const { value, done } = await rest.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await rest.return(undefined);
    },
  });
}
