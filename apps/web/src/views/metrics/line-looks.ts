/** Lines by environment in one chart: in its colour, dashed where another has that colour already. */
import type { Tone } from '../../ui/chart.tsx';
import { environmentTone } from '../../ui/environment.tsx';

export function looksOf(envs: readonly string[]): { tone: Tone; dashed: boolean }[] {
  const seen = new Set<Tone>();
  return envs.map((env) => {
    const tone = environmentTone(env);
    const dashed = seen.has(tone);
    seen.add(tone);
    return { tone, dashed };
  });
}
