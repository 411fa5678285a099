import { statSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '@wm/runtime';
import { waitFor } from '@wm/testkit';
import { afterAll, afterEach, expect, test } from 'vitest';
import { readRuntimeFile, type RuntimeFile } from '../src/runtime-file.ts';
import { firstRequest } from '../src/start/first-request.ts';
import { readySystem, runWm, startWm, temporaryFolder, type WmProcess } from './support/wm-process.ts';

const folder = temporaryFolder();
const env = { DATA_DIR: folder.path };
const started: WmProcess[] = [];

afterEach(async () => {
  for (const wm of started.splice(0)) {
    wm.kill('SIGTERM');
    await wm.ended;
  }
});
afterAll(() => folder.remove());

/** Starts the system and waits until it says that it is ready. */
async function startSystem(args: string[] = []): Promise<{ wm: WmProcess; runtime: RuntimeFile }> {
  const wm = startWm(['start', ...args], env);
  started.push(wm);
  const runtime = await readySystem(wm, folder.path, 60_000);
  return { wm, runtime };
}

/** Does what the printed lines do: posts a small workflow. Resolves to the path that shows its state. */
async function postWorkflow(runtime: RuntimeFile): Promise<string> {
  const { post, read } = firstRequest(runtime.ingest, runtime.api, false);
  const [, url = ''] = /curl \S+ -w \S+ (\S+)/.exec(post) ?? [];
  const [, body = ''] = / -d '(.*)'$/.exec(post) ?? [];
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(await answer.json()).toEqual({ accepted: 4, duplicates: 0, quarantined: [] });
  expect(answer.status).toBe(202);
  return new URL(read.split(' ').at(-1) ?? '').pathname;
}

async function expectCompleted(runtime: RuntimeFile, where: string): Promise<void> {
  await waitFor('the workflow to be completed', async () => {
    const answer = await fetch(`${runtime.api}${where}`);
    const { workflow } = (await answer.json()) as { workflow?: { status: string } };
    return workflow?.status === 'completed';
  });
}

function pidOf(name: string): number | undefined {
  return readRuntimeFile(folder.path)?.processes.find((process) => process.name === name)?.pid;
}

/** Kills one process with -9 and waits until another one stands in its place. */
async function killAndAwaitReturn(name: string): Promise<void> {
  const before = pidOf(name);
  expect(before).toBeDefined();
  process.kill(before ?? 0, 'SIGKILL');
  await waitFor(`${name} to be back`, () => {
    const now = pidOf(name);
    return Promise.resolve(now !== undefined && now !== before);
  });
}

test(
  'the system starts, brings back what dies, stops in order, and finds its data again',
  { timeout: 120_000 },
  async () => {
    const { wm, runtime } = await startSystem(['--workers', '2']);
    expect(runtime.processes.map(({ name }) => name)).toEqual(['ingest', 'worker-1', 'worker-2', 'api', 'postgres']);
    expect(statSync(path.join(folder.path, 'runtime.json')).mode & 0o777).toBe(0o600);
    const first = await postWorkflow(runtime);
    await expectCompleted(runtime, first);

    const second = await runWm(['start'], env);
    expect(second).toMatchObject({ code: 1 });
    expect(second.stderr).toMatch(new RegExp(`^The data folder \\S+ is in use by process ${wm.pid}\\.[^\\n]*\\n$`));

    await killAndAwaitReturn('worker-1');
    await killAndAwaitReturn('ingest');
    await expectCompleted(runtime, await postWorkflow(runtime));
    await killAndAwaitReturn('postgres');
    await expectCompleted(runtime, first);

    const pids = readRuntimeFile(folder.path)?.processes.map(({ pid }) => pid) ?? [];
    wm.kill('SIGINT');
    wm.kill('SIGINT');
    expect(await wm.ended).toBe(0);
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
    expect(readRuntimeFile(folder.path)).toBeNull();

    const again = await startSystem();
    await expectCompleted(again.runtime, first);
  },
);

test('a start that was killed leaves nothing in the way of the next one', { timeout: 120_000 }, async () => {
  const { wm, runtime } = await startSystem();
  const where = await postWorkflow(runtime);
  await expectCompleted(runtime, where);
  const left = runtime.processes.map(({ pid }) => pid);
  wm.kill('SIGKILL');
  await wm.ended;

  const next = await startSystem();
  expect(left.filter((pid) => isAlive(pid))).toEqual([]);
  await expectCompleted(next.runtime, where);
  next.wm.kill('SIGTERM');
  expect(await next.wm.ended).toBe(0);
  expect(next.runtime.processes.filter(({ pid }) => isAlive(pid))).toEqual([]);
});
