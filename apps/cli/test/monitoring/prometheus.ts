/** A real Prometheus with the real rules, quicker. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { waitFor } from '@wm/testkit';
import { stringify } from 'yaml';
import { DOCUMENTS, readConfig, readRules, type Alert } from './documents.ts';
import { freePort } from '../../src/start/ports.ts';

/** Every duration of the rules is divided by this: five minutes are five seconds. */
const FACTOR = 60;
const SCRAPE_MS = 1_000;

export interface Prometheus {
  /** Names of the alerts that fire now. */
  firing(): Promise<string[]>;
  /** The value of an expression; null where it has none. */
  query(expression: string): Promise<number | null>;
  stop(): Promise<void>;
}

/** What promtool says about docs/monitoring. @throws where it is not installed */
export function checkFiles(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'wm-promtool-'));
  cpSync(DOCUMENTS, folder, { recursive: true });
  writeFileSync(path.join(folder, 'metrics.key'), 'a key');
  const tool = spawnSync('promtool', ['check', 'config', path.join(folder, 'prometheus.yml')], { encoding: 'utf8' });
  rmSync(folder, { recursive: true, force: true });
  if (tool.error !== undefined) throw new Error('There is no promtool on the PATH. Install Prometheus.');
  return tool.stdout + tool.stderr;
}

/**
 * @param targets host:port by the job of docs/monitoring/prometheus.yml
 * @param key of the scope metrics
 */
export async function startPrometheus(targets: Record<string, string[]>, key: string): Promise<Prometheus> {
  const folder = mkdtempSync(path.join(tmpdir(), 'wm-prometheus-'));
  writeFileSync(path.join(folder, 'alerts.yml'), stringify(quickRules()));
  writeFileSync(path.join(folder, 'metrics.key'), key);
  writeFileSync(path.join(folder, 'prometheus.yml'), stringify(quickConfig(targets)));
  const port = await freePort('127.0.0.1', 0, 'the port');
  const child = spawn(
    'prometheus',
    [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let written = '';
  child.stderr.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const ended = once(child, 'exit').catch(() => {
    written = 'There is no prometheus on the PATH. Install it: apt-get install --no-install-recommends prometheus.';
  });
  const ask = async <T>(question: string): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${question}`);
    const { status, error, data } = (await answer.json()) as { status: string; error?: string; data: T };
    if (status !== 'success') throw new Error(`Prometheus: ${error}`);
    return data;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const started = waitFor('Prometheus to answer', () => ask('status/buildinfo'), 30_000).then(() => true);
    if (!(await Promise.race([started, ended.then(() => false)]))) throw new Error(written);
    // Nobody waits for it any more when the process has ended.
    started.catch(() => {});
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    async firing() {
      const { alerts } = await ask<{ alerts: { labels: { alertname: string }; state: string }[] }>('alerts');
      return [...new Set(alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname))];
    },
    async query(expression) {
      const { result } = await ask<{ result: { value: [number, string] }[] }>(
        `query?query=${encodeURIComponent(expression)}`,
      );
      return result[0] === undefined ? null : Number(result[0].value[1]);
    },
  };
}

function quickRules() {
  const quick = ({ expr, for: pending, ...rest }: Alert) => ({
    ...rest,
    expr: quickExpression(expr),
    ...(pending !== undefined && { for: quickDuration(pending) }),
  });
  return { groups: readRules().groups.map(({ name, rules }) => ({ name, rules: rules.map(quick) })) };
}

function quickExpression(expression: string): string {
  let quick = expression;
  let shift = 0;
  parser.parse(expression).iterate({
    enter({ name, from, to }) {
      if (name !== 'NumberDurationLiteralInDurationContext') return;
      const replacement = quickDuration(expression.slice(from, to));
      quick = quick.slice(0, from + shift) + replacement + quick.slice(to + shift);
      shift += replacement.length - (to - from);
    },
  });
  return quick;
}

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function quickDuration(duration: string): string {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  const ms = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (Number.isNaN(ms)) throw new Error(`No duration of one unit: ${duration}`);
  return `${Math.round(ms / FACTOR)}ms`;
}

/** The jobs of the example, with what they ask of Prometheus, at the addresses of the test. */
function quickConfig(targets: Record<string, string[]>) {
  const interval = `${SCRAPE_MS}ms`;
  return {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: `${SCRAPE_MS / 4}ms` },
    rule_files: ['alerts.yml'],
    scrape_configs: readConfig().scrape_configs.map(({ static_configs: _static, dns_sd_configs: _dns, ...job }) => ({
      ...job,
      static_configs: [{ targets: targets[job.job_name] ?? [] }],
    })),
  };
}
