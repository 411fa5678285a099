/** Pages through a list while it grows, and tells what was shown twice or not at all. */
import type { Asker } from './ask.ts';

export interface Paged {
  readonly rows: number;
  readonly pages: number;
  /** Ids of rows that were shown more than once. */
  readonly twice: string[];
  /** Ids of rows that were there throughout, and were not shown. */
  readonly missed: string[];
}

const PAGE = 200;

interface Page {
  readonly workflows: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}

/**
 * @param path of the list with its filter and order
 * @param throughout ids of what fits the filter from before the first page until after the last one
 * @param onPage called after each page
 */
export async function pageThrough(
  asker: Asker,
  path: string,
  throughout: ReadonlySet<string>,
  onPage: () => void = () => {},
): Promise<Paged> {
  const seen = new Set<string>();
  const twice: string[] = [];
  let rows = 0;
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages += 1) {
    const { body } = await asker.ask(pagePath(path, cursor));
    const page: Page = body as Page;
    for (const { id } of page.workflows) {
      if (seen.has(id)) twice.push(id);
      seen.add(id);
    }
    rows += page.workflows.length;
    cursor = page.nextCursor;
    onPage();
  }
  return { rows, pages, twice, missed: [...throughout].filter((id) => !seen.has(id)) };
}

/** The cursor of the page behind the first `pages` ones; that of the last one there is where there are fewer. */
export async function cursorBehind(asker: Asker, path: string, pages: number): Promise<string> {
  let cursor = '';
  for (let count = 0; count < pages; count += 1) {
    const { body } = await asker.ask(pagePath(path, cursor));
    const { nextCursor } = body as Page;
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return cursor;
}

function pagePath(path: string, cursor: string): string {
  const url = new URL(path, 'http://api');
  url.searchParams.set('limit', String(PAGE));
  if (cursor !== '') url.searchParams.set('cursor', cursor);
  return `${url.pathname}${url.search}`;
}
