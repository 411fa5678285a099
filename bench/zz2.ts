import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { startEmbeddedPostgres } from '@wm/runtime';
import { startServiceProcess } from './src/pipeline/service-process.ts';
import { migrate, createSql } from '@wm/store';
import { prepareQueue, queueTarget } from '@wm/queue';
import { PROJECTION_VERSION } from '@wm/projection';
import { simulateCommand } from '../apps/cli/src/commands/simulate.ts';
const dataDir = mkdtempSync('/tmp/wm-simx-');
const server = await startEmbeddedPostgres({ dataDir });
try {
  await migrate(server.url, { projectionVersion: PROJECTION_VERSION });
  await prepareQueue(queueTarget({ databaseUrl: server.url, redisUrl: null }));
  const ps = [await startServiceProcess('ingest', { DATABASE_URL: server.url, REDIS_URL: '' }), await startServiceProcess('worker', { DATABASE_URL: server.url, REDIS_URL: '' })];
  console.log('rc', await simulateCommand(['--url', ps[0]!.url, '--rate', '400', '--workflows', '600', '--seed', '7']));
  await new Promise((r) => setTimeout(r, 2000));
  const sql = createSql(server.url, { applicationName: 'x' });
  console.log(await sql`select count(*) from workflow_events`, await sql`select count(*) from pending_events`, await sql`select reason, detail, count(*) from quarantined_events group by 1,2`, await sql`select status::text, count(*) from workflows group by 1`, await sql`select unnest(anomalies) a, count(*) from workflows group by 1`,await sql`select unnest(gaps) a, count(*) from workflows group by 1`,  await sql`select count(*) from workflow_events where processing_error is not null`);
  await sql.end(); for (const p of ps) await p.stop();
} finally { await server.stop(); rmSync(realpathSync(dataDir+'/postgres'),{recursive:true}); rmSync(dataDir,{recursive:true,force:true}); }
process.exit(0);
