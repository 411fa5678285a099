import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../test/service.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Service {
  child: ChildProcess;
  stdout: Promise<string>;
  stderr: Promise<string>;
}

function run(behaviour: string, env: NodeJS.ProcessEnv = {}): Service {
  const child = fork(program, [behaviour], {
    execArgv: ['--import', 'tsx'],
    silent: true,
    env: { ...process.env, ...env },
  });
  children.push(child);
  return { child, stdout: text(child.stdout!), stderr: text(child.stderr!) };
}

test('it says when it is ready and stops in order on SIGTERM, however often that comes', async () => {
  const { child, stdout, stderr } = run('works');
  expect(await once(child, 'message')).toEqual([{ type: 'ready', url: 'http://127.0.0.1:1' }, undefined]);
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await stdout).toContain('the service has stopped');
  expect(await stderr).toBe('');
});

test('it stops in order when its parent has gone', async () => {
  const { child, stdout } = run('works');
  await once(child, 'message');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await stdout).toContain('the service has stopped');
});

test('a start that fails is one line on stderr and exit code 1', async () => {
  const { child, stderr } = run('fails');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(await stderr).toBe('demo: Port 4000 is taken.\n');
});

test('a bad environment is one line on stderr and exit code 1', async () => {
  const { child, stderr } = run('works', { API_PORT: 'x' });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(await stderr).toMatch(/^demo: The environment variable API_PORT is no port[^\n]*\n$/);
});

test('an error that nobody caught is logged and ends the process, to be started again', async () => {
  const { child, stdout } = run('throws-later');
  await once(child, 'message');
  child.send('go');
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(await stdout).toContain('an error that nobody caught');
});
