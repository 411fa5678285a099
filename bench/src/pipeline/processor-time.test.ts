import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { timed } from './processor-time.ts';

test.runIf(existsSync('/proc/self/stat'))('the work of a process and of its ended children is counted', async () => {
  // Busy until it has used 0.4 s of processor time, its start included, and then a child of it as well, before it answers.
  const busy =
    'const used = () => { const { user, system } = process.cpuUsage(); return user + system; }; while (used() < 4e5);';
  const program = `${busy} require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(busy)}]); process.send('done'); setInterval(() => {}, 1000);`;
  const child = fork('-e', [program], { execArgv: [] });
  try {
    const { processor } = await timed(
      { child: [child.pid!], nobody: [] },
      async () => void (await once(child, 'message')),
    );
    expect(processor.child).toBeGreaterThan(0.4);
    expect(processor.nobody).toBe(0);
  } finally {
    child.kill();
  }
});
