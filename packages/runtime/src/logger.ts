import pino from 'pino';

export type Logger = pino.Logger;

/** Where a secret could slip into a logged object. Payloads are never handed to the logger at all. */
const SECRETS = [
  'authorization',
  'Authorization',
  'x-api-key',
  'X-API-KEY',
  'cookie',
  'Cookie',
  'set-cookie',
  'apiKey',
  'password',
  'secret',
];

/**
 * JSON lines on stdout, one per event, with the service's name and an ISO time.
 *
 * @param level fatal, error, warn, info, debug, trace or silent; LOG_LEVEL where the environment is read
 */
export function createLogger(service: string, level = 'info'): Logger {
  return pino({
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: SECRETS.flatMap((name) => [`["${name}"]`, `headers["${name}"]`, `req.headers["${name}"]`]),
      censor: '[removed]',
    },
    serializers: { error: describeError, err: describeError },
  });
}

/** PostgreSQL repeats whole rows in `detail` and `where`, and with them the user's payload. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { detail: _detail, where: _where, ...rest } = pino.stdSerializers.err(error) as Record<string, unknown>;
  return rest;
}
