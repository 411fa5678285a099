import { failureScenarios } from './failures.ts';
import { interruptionScenarios } from './interruptions.ts';
import { jobScenarios } from './jobs.ts';
import { ordinaryScenarios } from './ordinary.ts';
import { otherClientScenarios } from './other-clients.ts';
import type { Scenario } from './scenario.ts';

/** Every course an execution can take, by weight of traffic. Those of weight 0 appear only when asked for. */
export const scenarios: readonly Scenario[] = [
  ...ordinaryScenarios,
  ...failureScenarios,
  ...interruptionScenarios,
  ...otherClientScenarios,
  ...jobScenarios,
];

/** @throws where there is no scenario of that name */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) {
    throw new Error(`no scenario is called "${name}"; there are: ${scenarios.map((each) => each.name).join(', ')}`);
  }
  return found;
}
