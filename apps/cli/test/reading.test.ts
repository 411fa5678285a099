/** The commands that read, against a system as `npm start` runs it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@wm/testkit';
import { v7 as timeOrderedUuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { helpText } from '../src/help.ts';
import { findApi } from '../src/reading/find-api.ts';
import type { RuntimeFile } from '../src/runtime-file.ts';
import { readySystem, runWm, startWm, temporaryFolder, type WmProcess } from './support/wm-process.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a test checks what it reads of it
type Json = any;

const folder = temporaryFolder();
const env = { DATA_DIR: folder.path };
const begin = Date.now() - 3_600_000;
const MINUTE = 60_000;
const IDS = { failed: 'fa11', sleeps: '5eeb', stuck: '57bc', done: 'd0e1', doneToo: 'd0e2' };
const EVENT = timeOrderedUuid({ msecs: begin - MINUTE, seq: 7 });

let system: WmProcess;
let runtime: RuntimeFile;
beforeAll(async () => {
  system = startWm(['start'], env);
  runtime = await readySystem(system, folder.path, 120_000);
  await post(everything());
  await waitFor('all of it to be folded', async () => {
    const { workflows } = (await (
      await fetch(`${runtime.api}/v1/workflows?status=completed&status=failed&status=paused`)
    ).json()) as Json;
    return workflows.length === 5;
  });
}, 180_000);
afterAll(async () => {
  system?.kill('SIGTERM');
  await system?.ended;
  folder.remove();
});

const wm = (...args: string[]) => runWm(args, env);

async function post(events: object[]): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ events }) };
  const response = await fetch(`${runtime.ingest}/v1/events`, init);
  expect(await response.json()).toMatchObject({ accepted: events.length });
}

function everything(): object[] {
  const error = {
    message: 'card 42 declined \u001b[31m',
    stack: 'Error: card 42 declined \u001b[31m\n    at charge (pay.js:3:1)',
  };
  const resumeAt = (ms: number) => new Date(Date.now() + ms).toISOString();
  const stream = (id: string, parts: [string, object?][], place = {}): object[] =>
    parts.map(([type, fields], nth) => ({
      eventId: timeOrderedUuid({ msecs: begin + nth * 1_000, seq: nth }),
      timestamp: new Date(begin + nth * 1_000).toISOString(),
      type,
      source: 'workflow',
      workflowId: id,
      workflowName: 'order',
      executionId: `exec-${id}`,
      env: 'production',
      serviceKey: 'shop',
      ...place,
      ...fields,
    }));
  return [
    ...stream(IDS.failed, [
      ['workflow.started', { input: { customer: { region: 'eu' } } }],
      ['step.started', { stepName: 'charge', attempt: 1 }],
      [
        'retry.scheduled',
        { stepName: 'charge', attempt: 1, delayMs: 1_000, nextAttemptAt: new Date(begin + 3_000).toISOString() },
      ],
      ['workflow.paused', { reason: 'retry', resumeAt: new Date(begin + 3_000).toISOString() }],
      ['workflow.resumed'],
      ['step.started', { stepName: 'charge', attempt: 2 }],
      ['step.failed', { stepName: 'charge', attempt: 2, error, willRetry: false }],
      ['workflow.failed', { error, completedSteps: [] }],
    ]),
    ...stream(IDS.sleeps, [
      ['workflow.started'],
      ['sleep.started', { durationMs: 2 * 3_600_000, resumeAt: resumeAt(3_600_000) }],
      ['workflow.paused', { reason: 'sleep', resumeAt: resumeAt(3_600_000) }],
    ]),
    ...stream(IDS.stuck, [
      ['workflow.started'],
      ['workflow.paused', { reason: 'sleep', resumeAt: resumeAt(-20 * MINUTE) }],
    ]),
    ...stream(
      IDS.done,
      [
        ['workflow.started', { eventId: EVENT }],
        ['workflow.completed', { completedSteps: [] }],
      ],
      { env: 'staging' },
    ),
    ...stream(IDS.doneToo, [['workflow.completed', { completedSteps: ['ship'] }]], { serviceKey: 'mail' }),
  ];
}

test('ls lists in columns, by any filter', { timeout: 120_000 }, async () => {
  const [all, few, none, json, refused] = await Promise.all([
    wm('ls'),
    wm('ls', '--tag', 'customer.region=eu', '--env', 'production', '--env', 'staging', '--since', '2h'),
    wm('ls', '--search', 'nothing'),
    wm('ls', '--json', '--limit', '2', '--sort', 'duration', '--order', 'asc', '--status', 'completed'),
    wm('ls', '--status', 'happy'),
  ]);
  expect(all).toMatchObject({ code: 0, stderr: '' });
  const lines = all.stdout.split('\n');
  const at = lines[0]!.indexOf('STATE');
  expect(lines[0]).toMatch(/^STARTED +STATE +NAME +ENV\/SERVICE +WORKFLOW +TOOK +WHAT$/);
  expect(
    lines
      .slice(1, 6)
      .map((line) => line.slice(at).split(' ')[0]!)
      .toSorted(),
  ).toEqual(['completed', 'completed', 'failed', 'paused', 'stuck']);
  expect(few.stdout).toMatch(
    /failed +order +production\/shop +fa11 +7 s +charge: card 42 declined \\u001b\[31m; 1 retry\n$/,
  );
  expect(few.stdout.trim().split('\n')).toHaveLength(2);
  expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'No workflow matches.\n' });
  expect(JSON.parse(json.stdout)).toMatchObject({
    workflows: [
      { workflowId: IDS.done, durationMs: 1_000 },
      { workflowId: IDS.doneToo, durationMs: null },
    ],
    nextCursor: null,
    total: { count: 2, exact: true },
  });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^Nothing was read: status cannot be understood[^\n]*\n {2}status [^\n]*\n$/);
});

test('ls says that there is more, and goes on where it ended', { timeout: 120_000 }, async () => {
  const first = await wm('ls', '--limit', '3');
  const [, cursor = ''] = /^3 of 5\. More with --limit, or --cursor (\S+)\n$/.exec(first.stderr) ?? [];
  const rest = await wm('ls', '--cursor', cursor);
  const idsOf = ({ stdout }: { stdout: string }) =>
    stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => /(?:shop|mail) +(\w+)/.exec(line)![1]!);
  expect([...idsOf(first), ...idsOf(rest)].toSorted()).toEqual(Object.values(IDS).toSorted());
});

describe('show', () => {
  test.each([
    [
      'by the beginning of its id',
      'fa',
      [
        /^order {2}fa11 {2}failed\nproduction\/shop, run 1 of 1, execution exec-fa11\n/,
        /\nFailed .* ago in step charge, attempt 2: card 42/,
        /\ncharge +failed .* 2 /,
        /at charge \(pay\.js:3:1\)/,
        /1 s waiting for retries/,
      ],
    ],
    [
      'by its execution',
      'exec-5eeb',
      [/^order {2}5eeb {2}paused\n/, /\nSleeps, until \S+ \S+Z \(in 5\d min/, /1 sleep, 0 reported to have ended/],
    ],
    [
      'that is stuck',
      '57bc',
      [/^order {2}57bc {2}stuck\n/, /\nStuck: It should have gone on 20 min.* ago, and nothing was heard since\./],
    ],
    ['by an event', EVENT, [/^order {2}d0e1 {2}completed\nstaging\/shop/, /\nCompleted .* ago, after 1 s\.\n/]],
    [
      'whose start was lost',
      'd0e2',
      [/started at a time that is not known/, /Its start never arrived/, /\nship +completed\?/],
    ],
  ])('one %s', { timeout: 120_000 }, async (_, id, expected) => {
    const { code, stdout, stderr } = await wm('show', id);
    expect([code, stderr]).toEqual([0, '']);
    for (const text of expected) expect(stdout).toMatch(text);
    expect(stdout).not.toContain('\u001b');
  });

  test('where it is not exactly one, the exit code is 1', { timeout: 120_000 }, async () => {
    const [several, chosen, none, json] = await Promise.all([
      wm('show', 'd0e'),
      wm('show', 'd0e', '--service', 'mail'),
      wm('show', 'zzz'),
      wm('show', IDS.failed, '--json'),
    ]);
    expect(several).toMatchObject({ code: 1, stdout: '' });
    expect(several.stderr).toMatch(/^2 workflows have an id that begins with d0e; [^\n]*\nSTARTED .*\n.*\n.*\n$/);
    expect(chosen).toMatchObject({ code: 0, stdout: expect.stringContaining('order  d0e2') });
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing has an id that begins with zzz') });
    expect(JSON.parse(json.stdout).workflow).toMatchObject({ workflowId: IDS.failed, errorStepName: 'charge' });
  });
});

test('failures are grouped, ranked and listed', { timeout: 120_000 }, async () => {
  const [groups, steps, runs, json, none] = await Promise.all([
    wm('failures'),
    wm('failures', '--by', 'step', '--since', '3h'),
    wm('failures', '--by', 'run'),
    wm('failures', '--by', 'workflow', '--json'),
    wm('failures', '--env', 'staging'),
  ]);
  expect(groups).toMatchObject({ code: 0, stderr: '' });
  expect(groups.stdout).toMatch(/COUNT .*MESSAGE\n +1 .* production +shop +[0-9a-f]+ +fa11 +card /);
  expect(steps.stdout).toMatch(/\n +1 .* production\/shop +order +charge\n$/);
  expect(runs.stdout).toMatch(/ fa11 /);
  expect(JSON.parse(json.stdout)).toMatchObject({ workflows: [{ workflowName: 'order', count: 1 }] });
  expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing failed in that time.\n' });
});

test('queue tells whether events flow', { timeout: 120_000 }, async () => {
  const [text, json] = await Promise.all([wm('queue'), wm('queue', '--json')]);
  expect(text.stdout).toMatch(/^queue +postgres: \d+ waiting, /);
  expect(text.stdout).toMatch(/\nwaiting +nothing\n/);
  expect(text.stdout).toMatch(/\nENV\/SERVICE +LAST ARRIVAL .*\nproduction\/mail /);
  expect(JSON.parse(json.stdout)).toMatchObject({ unprocessed: 0, quarantined: 0 });
});

test('export writes rows, or a whole file', { timeout: 120_000 }, async () => {
  const file = path.join(folder.path, 'out.csv');
  const [rows, csv] = await Promise.all([
    wm('export', '--status', 'failed'),
    wm('export', '--format', 'csv', '--out', file),
  ]);
  expect(JSON.parse(rows.stdout)).toMatchObject({ workflowId: IDS.failed });
  expect(csv).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/out\.csv is whole; begun as of \d{4}-/),
  });
  expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(1 + 5 + 1);
});

test('tail prints what changes, by a filter, until it is told to end', { timeout: 120_000 }, async () => {
  const tails = [startWm(['tail', '--env', 'staging'], env), startWm(['tail', '--json', '--activity', 'active'], env)];
  for (const tail of tails) await waitFor('it to follow', async () => tail.stderr().includes('Follows changes'));
  const at = new Date();
  await post([
    {
      eventId: timeOrderedUuid({ msecs: at.getTime() }),
      timestamp: at.toISOString(),
      type: 'workflow.started',
      workflowId: 'cafe',
      workflowName: 'tailed',
      env: 'staging',
      serviceKey: 'shop',
    },
  ]);
  const [text, json] = tails as [WmProcess, WmProcess];
  await waitFor('the change', async () => text.stdout().includes('cafe') && json.stdout().includes('cafe'));
  expect(text.stdout()).toMatch(/^\S+ \S+Z {2}running {4}tailed {2}staging\/shop {2}cafe\n$/);
  expect(JSON.parse(json.stdout())).toMatchObject({ workflowId: 'cafe', activityState: 'active' });
  for (const tail of tails) tail.kill('SIGINT');
  expect(await Promise.all(tails.map(({ ended }) => ended))).toEqual([0, 0]);
});

test('show finds an id that more than a page of others begin with', { timeout: 120_000 }, async () => {
  const ids = ['many-1', ...Array.from({ length: 220 }, (_, nth) => `many-1${String(nth).padStart(3, '0')}`)];
  await post(
    ids.map((workflowId, nth) => ({
      eventId: timeOrderedUuid({ msecs: begin + nth, seq: nth }),
      timestamp: new Date(begin + nth).toISOString(),
      type: 'workflow.started',
      workflowId,
      workflowName: 'many',
      env: 'crowded',
      serviceKey: 'shop',
    })),
  );
  await waitFor('all of them to be folded', async () => {
    const { total } = (await (await fetch(`${runtime.api}/v1/workflows?env=crowded`)).json()) as Json;
    return total.count === ids.length;
  });
  const [one, several] = await Promise.all([wm('show', 'many-1'), wm('show', 'many-10')]);
  expect(one).toMatchObject({ code: 0, stdout: expect.stringMatching(/^many {2}many-1 {2}/) });
  expect(several.stderr).toMatch(/^more than 20 workflows have an id that begins with many-10;/);
});

test('the api is found, or it is said why not', { timeout: 120_000 }, async () => {
  expect(findApi({}, env)).toEqual({ url: runtime.api });
  expect(findApi({}, { ...env, WM_API_URL: 'https://a.example/', WM_API_KEY: 'k' })).toEqual({
    url: 'https://a.example',
    key: 'k',
  });
  expect(findApi({ url: 'http://b.example', key: 'own' }, { WM_API_URL: 'http://a.example', WM_API_KEY: 'k' })).toEqual(
    { url: 'http://b.example', key: 'own' },
  );
  expect(() => findApi({ url: 'ftp://b' }, {})).toThrow('is no address of an api');
  expect(() => findApi({}, { DATA_DIR: '/nonexistent' })).toThrow(/^No running system was found/);
  const dead = await wm('ls', '--url', 'http://127.0.0.1:2');
  expect(dead).toMatchObject({ code: 1, stdout: '' });
  expect(dead.stderr).toMatch(/^The api at http:\/\/127\.0\.0\.1:2 does not answer \(\w+\)\. Nothing was read\.\n$/);
});

test.each(['ls', 'show', 'tail', 'failures', 'queue', 'export'])('%s has a help text', (command) => {
  expect(helpText(command)).toMatch(new RegExp(`^wm ${command}`));
  expect(helpText('wm')).toContain(`  ${command} `);
});
