/**
 * What `npm start`, `npm run dev`, `npm test` and `npm run wm` call: gets a fresh clone ready, then hands over.
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed. It does only what is not done
 * yet, so that a second call costs a check of the lock file and of the build cache. All its lines go to stderr:
 * the output of a command stays clean for pipes.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const OLDEST_NODE = [20, 19];
const STAMP = join(ROOT, 'node_modules', '.wm-installed');
const LOCK = join(ROOT, 'package-lock.json');

/** The child that runs now, and the signal that asked us to stop while it did. */
let running;
let interruptedBy;

/** A problem that one line explains; no stack is shown for it. */
class SetupError extends Error {}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * One Ctrl-C reaches the whole foreground group by itself, so it is passed on only where no terminal did that
 * (a script that signals this process alone). SIGTERM and SIGHUP always come to one process and are passed on.
 */
function passSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const first = interruptedBy === undefined;
      interruptedBy = signal;
      if (running === undefined) process.exit(exitCodeOf(signal));
      if (signal !== 'SIGINT' || (first && !process.stdin.isTTY)) running.kill(signal);
    });
  }
}

function exitCodeOf(signal) {
  return { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 }[signal] ?? 1;
}

/** Runs a Node program to its end. Resolves to its exit code and what it printed, where that was captured. */
function runNode(args, { stdio = 'inherit', env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio, env: { ...process.env, ...env } });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      running = undefined;
      resolve({ code: code ?? exitCodeOf(signal), output });
    });
    running = child;
  });
}

/** One step that a person may wait for: says what begins, how long it took, and what it printed only if it failed. */
async function step(title, doing, fails) {
  const begun = performance.now();
  say(`${title} …`);
  const { code, output } = await doing();
  if (interruptedBy !== undefined) {
    say(
      `Stopped while ${title.charAt(0).toLowerCase()}${title.slice(1)}. Nothing was started; the next call carries on.`,
    );
    process.exit(exitCodeOf(interruptedBy));
  }
  if (code !== 0) {
    if (output) say(output.trimEnd());
    throw new SetupError(fails);
  }
  say(`  done in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old: workflow-monitor needs Node ${OLDEST_NODE.join('.')} or newer. Install one, then run this again.`,
  );
}

/** What node_modules must have been installed from: the lock file, for this kind of machine. */
function wantedStamp() {
  const from = existsSync(LOCK) ? LOCK : join(ROOT, 'package.json');
  return `${createHash('sha256').update(readFileSync(from)).digest('hex')} ${process.platform}-${process.arch}\n`;
}

/**
 * True where node_modules was installed from this very lock by a person's own `npm ci`: npm keeps a lock of what it
 * installed, written last. Packages for other platforms are in our lock and not in that one.
 */
function installedByHand() {
  const kept = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(LOCK) || !existsSync(kept)) return false;
  const wanted = JSON.parse(readFileSync(LOCK, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(kept, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (found === undefined) return optional === true;
    return found.version === version && found.link === link;
  });
}

function isInstalled() {
  const stamp = wantedStamp();
  if (existsSync(STAMP)) return readFileSync(STAMP, 'utf8') === stamp;
  if (!installedByHand()) return false;
  writeFileSync(STAMP, stamp);
  return true;
}

async function install() {
  if (isInstalled()) return;
  // Removed first and written last: an installation that was cut short is never taken for a whole one.
  rmSync(STAMP, { force: true });
  const command = existsSync(LOCK) ? 'ci' : 'install';
  const flags = ['--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error'];
  const stdio = ['ignore', 'ignore', 'inherit'];
  await step(
    `Installing packages with npm ${command}`,
    () => runNode([npmProgram(), command, ...flags], { stdio }),
    `npm ${command} failed, so nothing was started. Its own lines are above; mend that, then run this again.`,
  );
  writeFileSync(STAMP, wantedStamp());
}

/** npm's own script: the one that runs us, else the one that came with this Node. */
function npmProgram() {
  const given = process.env.npm_execpath;
  if (given !== undefined && basename(given) === 'npm-cli.js' && existsSync(given)) return given;
  const besideNode = [
    new URL('../lib/node_modules/npm/bin/npm-cli.js', `file://${process.execPath}`),
    new URL('node_modules/npm/bin/npm-cli.js', `file://${process.execPath}`),
  ];
  const found = besideNode.map((url) => fileURLToPath(url)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new SetupError('npm was not found beside this Node. Run this with `npm start` or `npm test`.');
}

async function build({ quietWhenDone }) {
  const turbo = join(ROOT, 'node_modules', 'turbo', 'bin', 'turbo');
  const env = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', DO_NOT_TRACK: '1' };
  const running = () =>
    runNode([turbo, 'run', 'build', '--output-logs=new-only'], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const fails =
    'The build failed, so nothing was started. The compiler says why above; mend that, then run this again.';
  if (!quietWhenDone) return step('Building', running, fails);
  const { code, output } = await running();
  if (interruptedBy !== undefined) process.exit(exitCodeOf(interruptedBy));
  if (code === 0) return undefined;
  say(output.trimEnd());
  throw new SetupError(fails);
}

/** Hands over to the real program and ends with its exit code. */
async function handOver(args, env = {}) {
  const { code } = await runNode(args, { env });
  process.exitCode = code;
}

const built = join(ROOT, 'apps', 'cli', 'dist', 'main.js');
const source = ['--conditions=source', '--import', 'tsx', join(ROOT, 'apps', 'cli', 'src', 'main.ts')];

const modes = {
  async start(args) {
    if (showedHelp('start', args)) return;
    await install();
    await build({ quietWhenDone: false });
    await handOver([built, 'start', ...args]);
  },
  async dev(args) {
    if (showedHelp('start', args)) return;
    await install();
    await handOver([...source, 'start', '--watch', ...args]);
  },
  async test(args) {
    await install();
    await handOver([join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args]);
  },
  async wm(args) {
    await install();
    await build({ quietWhenDone: true });
    await handOver([built, ...args]);
  },
};

/** Help and version need nothing installed, so they are answered before anything is. */
function showedHelp(command, args) {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(readFileSync(join(ROOT, 'apps', 'cli', 'help', `${command}.txt`), 'utf8'));
    return true;
  }
  if (!args.includes('--version')) return false;
  process.stdout.write(`${JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version}\n`);
  return true;
}

const [mode = 'start', ...args] = process.argv.slice(2);
try {
  passSignals();
  checkNode();
  if (!Object.hasOwn(modes, mode)) throw new SetupError(`"${mode}" is not one of ${Object.keys(modes).join(', ')}.`);
  await modes[mode](args);
} catch (error) {
  say(error instanceof SetupError ? error.message : String(error?.stack ?? error));
  process.exitCode = 1;
}
