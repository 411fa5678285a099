/** Lines by environment in one chart: in its colour, every other one dashed, so that colour is not all that tells them apart. */
import type { Tone } from '../../ui/chart.tsx';
import { environmentTone } from '../../ui/environment.tsx';

export function looksOf(envs: readonly string[]): { tone: Tone; dashed: boolean }[] {
  return envs.map((env, index) => ({ tone: environmentTone(env), dashed: index % 2 === 1 }));
}
