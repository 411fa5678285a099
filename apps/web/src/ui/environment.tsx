/** An environment: square, filled, in a hue that no status has. */
import { classNames } from './class-names.ts';
import type { Tone } from './chart.tsx';
import css from './environment.module.css';

const KNOWN: Record<string, string | undefined> = {
  production: css.production,
  prod: css.production,
  staging: css.staging,
  development: css.development,
  dev: css.development,
};

const OTHERS = [css.other1, css.other2];

/** The same environment has the same colour everywhere. */
export function environmentClass(env: string): string {
  const known = KNOWN[env];
  if (known !== undefined) return known;
  let sum = 0;
  for (const letter of env) sum = (sum * 31 + letter.codePointAt(0)!) % 9_973;
  return OTHERS[sum % OTHERS.length] ?? '';
}

/** Its colour in a chart. */
export function environmentTone(env: string): Tone {
  const shown = environmentClass(env);
  if (shown === css.production) return 'production';
  if (shown === css.staging) return 'staging';
  if (shown === css.development) return 'development';
  return shown === css.other1 ? 'other-1' : 'other-2';
}

export function Environment({ env, short = false }: { env: string; short?: boolean }) {
  return (
    <span className={classNames(css.environment, environmentClass(env))} title={short ? env : undefined}>
      {short ? <abbr>{shortName(env)}</abbr> : env}
    </span>
  );
}

function shortName(env: string): string {
  return { production: 'prod', staging: 'stag', development: 'dev' }[env] ?? env.slice(0, 6);
}
