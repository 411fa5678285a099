import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isLoopback, readEnvironment } from '@wm/runtime';
import { PlainError } from '../plain-error.ts';
import { readRuntimeFile } from '../runtime-file.ts';

export interface SimulateOptions {
  readonly url: string;
  readonly key: string | null;
  readonly seed: number;
  /** Events per second. */
  readonly rate: number;
  readonly workflows: number;
  readonly durationMs: number;
  readonly services: readonly string[] | undefined;
  readonly environments: readonly string[] | undefined;
  readonly speed: number;
  readonly longestWaitMs: number;
  readonly json: boolean;
}

/** With the clock turned up, no sleep and no wait for a retry lasts longer than this. */
const LONGEST_WAIT_MS = 10_000;
const DEFAULT_WORKFLOWS = 1000;

/** @throws PlainError where the arguments make no sense or no ingest service is to be found */
export function simulateOptions(args: string[], env: NodeJS.ProcessEnv = process.env): SimulateOptions {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      key: { type: 'string' },
      seed: { type: 'string' },
      rate: { type: 'string', default: '200' },
      workflows: { type: 'string' },
      duration: { type: 'string' },
      services: { type: 'string' },
      environments: { type: 'string' },
      speed: { type: 'string', default: '60' },
      forever: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'allow-remote': { type: 'boolean', default: false },
    },
  });
  const endless = values.forever || (values.workflows === undefined && values.duration !== undefined);
  const workflows = endless
    ? Number.POSITIVE_INFINITY
    : wholeNumber('--workflows', values.workflows, DEFAULT_WORKFLOWS);
  const speed = positive('--speed', values.speed);
  return {
    url: targetUrl(values.url ?? runningIngest(env), values['allow-remote']),
    key: values.key ?? null,
    seed: wholeNumber('--seed', values.seed, randomInt(1_000_000)),
    rate: positive('--rate', values.rate),
    workflows,
    durationMs:
      values.duration === undefined ? Number.POSITIVE_INFINITY : positive('--duration', values.duration) * 1000,
    services: names('--services', values.services),
    environments: names('--environments', values.environments),
    speed,
    longestWaitMs: speed > 1 ? LONGEST_WAIT_MS : Number.POSITIVE_INFINITY,
    json: values.json,
  };
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (text !== '' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new PlainError(`${name} takes a whole number, not "${text}". Nothing was sent.`);
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new PlainError(`${name} takes a number above 0, not "${text}". Nothing was sent.`);
}

function names(name: string, text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const list = text.split(',').map((each) => each.trim());
  if (list.every((each) => each !== '')) return list;
  throw new PlainError(`${name} takes names with commas between them, not "${text}". Nothing was sent.`);
}

function runningIngest(env: NodeJS.ProcessEnv): string {
  const { dataDir } = readEnvironment(env);
  const running = readRuntimeFile(dataDir);
  if (running !== null) return running.ingest;
  throw new PlainError(
    `No running system was found: there is no runtime.json in ${dataDir}. Nothing was sent. ` +
      'Start one with `npm start`, or say where to post with --url.',
  );
}

/** Made-up events do not belong into a monitor that people rely on: another machine has to be asked for by name. */
function targetUrl(text: string, allowRemote: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new PlainError(`--url takes an address such as http://127.0.0.1:4000, not "${text}". Nothing was sent.`);
  }
  // IPv6 addresses stand in brackets in a URL.
  if (allowRemote || isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) return url.href;
  throw new PlainError(
    `${url.host} is another machine, and simulated workflows would stand there among the real ones. Nothing was sent. ` +
      'If that is what you want, add --allow-remote.',
  );
}
