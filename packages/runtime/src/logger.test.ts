import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs a line of code with a logger in a process of its own and returns what it wrote. */
function logged(code: string): string {
  const url = new URL('logger.ts', import.meta.url).href;
  const program = `import { createLogger } from ${JSON.stringify(url)}; const logger = createLogger('demo', 'info'); ${code}`;
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { encoding: 'utf8' })
    .stdout;
}

test('a line is JSON with service, level by name and ISO time', () => {
  expect(JSON.parse(logged(`logger.warn({ events: 3 }, 'hello'); logger.debug('unheard');`))).toMatchObject({
    service: 'demo',
    level: 'warn',
    events: 3,
    msg: 'hello',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
  });
});

test('neither keys nor rows reach the log', () => {
  const text = logged(`
    logger.info({ headers: { authorization: 'Bearer hush', 'x-api-key': 'hush' }, Authorization: 'hush' }, 'request');
    const error = Object.assign(new Error('violates check'), { code: '23514', detail: 'Failing row contains (hush).', where: 'hush' });
    logger.error({ error }, 'write'); logger.error(error);`);
  expect(text).not.toContain('hush');
  expect(text).toContain('"code":"23514"');
  expect(text).toContain('violates check');
});
