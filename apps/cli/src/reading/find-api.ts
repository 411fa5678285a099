/** The api that a command asks, and how its refusals are told. */
import { ApiProblem, createClient, type Client } from '@wm/client';
import { commandEnvironment } from '../command-environment.ts';
import { PlainError } from '../plain-error.ts';
import { readRuntimeFile } from '../runtime-file.ts';

/** Options of every command that reads, as parseArgs takes them. */
export const API_OPTIONS = {
  url: { type: 'string' },
  key: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export interface ApiValues {
  url?: string | undefined;
  key?: string | undefined;
}

/**
 * The api of --url or WM_API_URL, else of the system that `npm start` runs on the data folder.
 *
 * @throws PlainError where there is none of them
 */
export function findApi(values: ApiValues, env: NodeJS.ProcessEnv = process.env): { url: string; key?: string } {
  const named = values.url ?? nonEmpty(env['WM_API_URL']);
  const key = values.key ?? nonEmpty(env['WM_API_KEY']);
  const url = named ?? urlOfRunning(env);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new PlainError(
      `"${url}" is no address of an api: give one such as https://monitor.example.com. Nothing was read.`,
    );
  return { url: url.replace(/\/+$/, ''), ...(key !== undefined && { key }) };
}

function urlOfRunning(env: NodeJS.ProcessEnv): string {
  const { dataDir } = commandEnvironment(env);
  const running = readRuntimeFile(dataDir);
  if (running !== null) return running.api;
  throw new PlainError(
    `No running system was found: there is no runtime.json in ${dataDir}. ` +
      'Start one with `npm start`, or name its api by --url or WM_API_URL.',
  );
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** Asks, and says in plain words why it could not. @throws PlainError for whatever the api or the way to it refuses */
export async function withApi<T>(values: ApiValues, work: (client: Client) => Promise<T>): Promise<T> {
  const { url, key } = findApi(values);
  const client = createClient({ url, ...(key !== undefined && { key }) });
  try {
    return await work(client);
  } catch (error) {
    if (error instanceof ApiProblem) throw new PlainError(problemText(error, key), { cause: error });
    if (isOfTheWay(error))
      throw new PlainError(`The api at ${url} does not answer (${reasonOf(error)}). Nothing was read.`, {
        cause: error,
      });
    throw error;
  }
}

function problemText(problem: ApiProblem, key: string | undefined): string {
  const fields = problem.errors.map(({ field, message }) => `\n  ${field} ${message}`).join('');
  const hint = problem.status === 401 && key === undefined ? ' Give it by --key or WM_API_KEY.' : '';
  return `${problem.message}${hint}${fields}`;
}

/** fetch and its streams throw a TypeError whose cause says what was wrong with the connection. */
function isOfTheWay(error: unknown): error is TypeError {
  return error instanceof TypeError && (error.message === 'fetch failed' || error.message === 'terminated');
}

function reasonOf({ cause, message }: TypeError): string {
  const { code, message: text } = (cause ?? {}) as { code?: string; message?: string };
  return code ?? text ?? message;
}
