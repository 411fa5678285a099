import { mkdtempSync, realpathSync, rmSync, readFileSync, readdirSync } from 'node:fs';
import { startEmbeddedPostgres } from '@wm/runtime';
import { runPipeline } from './src/pipeline/pipeline.ts';
import { runDocumentLoop } from './src/document-loop/document-loop.ts';
import { startRedis } from './src/pipeline/redis.ts';
import { createWorkload } from './src/workload.ts';
import postgres from 'postgres';
const dataDir = mkdtempSync('/tmp/wm-pipeb-');
const server = await startEmbeddedPostgres({ dataDir });
const redis = process.argv[3]==='pg' ? null : await startRedis();
const admin = postgres(server.url, { max: 1 });
function cpu() { const m = new Map<number, {n:string; pp:number; t:number}>(); for (const d of readdirSync('/proc')) if (/^\d+$/.test(d)) try { const s = readFileSync(`/proc/${d}/stat`,'utf8'); const r = s.slice(s.lastIndexOf(')')+2).split(' '); const cl = readFileSync(`/proc/${d}/cmdline`,'utf8').replaceAll('\0',' '); m.set(Number(d), {n: cl, pp: Number(r[1]), t: (Number(r[11])+Number(r[12]))/100}); } catch {} return m; }
const maxes = new Map<string, number>();
function note() { for (const [pid, p] of cpu()) { const k = pid===process.pid ? 'bench' : p.pp===process.pid ? (p.n.includes('apps/ingest')?'ingest':p.n.includes('apps/worker')?'worker':p.n.includes('redis')?'redis':'other '+p.n.slice(0,60)) : p.pp===server.pid ? (p.n.match(/postgres: (.*)/)?.[1] ?? '').replace(/\d+\.\d+\.\d+\.\d+\(\d+\).*/,'') : null; if (k) maxes.set(k+'#'+pid, p.t); } }
function mine(m: ReturnType<typeof cpu>) { const out: Record<string, number> = {}; for (const [pid, p] of m) { const k = pid===process.pid ? 'bench' : p.pp===process.pid ? (p.n.includes('ingest')?'ingest':p.n.includes('worker')?'worker':p.n.includes('redis')?'redis':'other') : p.pp===server.pid ? (p.n.includes('wm-ingest')?'pg ingest':'pg '+ (p.n.match(/postgres: (\w+ ?\w*)/)?.[1] ?? '')) : null; if (k) out[k]=(out[k]??0)+p.t; } return out; }
try { const r = createWorkload(1, Number(process.argv[2]));
  const N = r.measured.reduce((s,x)=>s+x.events.length,0) ;
  await admin.unsafe('CREATE DATABASE p0');
  const u = new URL(server.url); u.pathname='/p0';
  let last: Record<string, number> = {}; 
  const t = setInterval(() => { note(); }, 100);
  const m = process.argv[4]==='doc' ? await runDocumentLoop(u.href, r) : await runPipeline(r, { databaseUrl: u.href, redisUrl: redis?.url ?? null, workers: Number(process.env.WORKERS??1) }); clearInterval(t);
  console.log(m, Math.round(m.events/m.seconds), 'measured', N);
  const g: Record<string, number> = {}; for (const [k,v] of maxes) g[k.split('#')[0]!] = (g[k.split('#')[0]!] ?? 0) + v;
  let sum=0; for (const [k,d] of Object.entries(g)) { sum+=d; if (d>0.05) console.log(k.padEnd(30), d.toFixed(2), 's', (d/(N+2000)*1e6).toFixed(0), 'us/event incl warm-up'); }
  console.log('sum', sum.toFixed(2));
} finally { await admin.end(); await redis?.stop(); await server.stop(); rmSync(realpathSync(dataDir+'/postgres'),{recursive:true}); rmSync(dataDir,{recursive:true,force:true}); }
process.exit(0);
