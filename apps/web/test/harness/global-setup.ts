/** Once per run of the tests: the product with the scene in it, which most tests only read. */
import { cloneTemplate } from '@wm/testkit';
import type { TestProject } from 'vitest/node';
import { rejectedEvents, scene } from '../scene/scene.ts';
import { startStack, type Stack } from './stack.ts';

interface ProvidedScene {
  /** Of the dashboard. */
  url: string;
  ingestUrl: string;
  /** When the scene was posted, milliseconds since the epoch: its times are relative to it. */
  now: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    scene: ProvidedScene;
  }
}

/** Runs behind the setup of the testkit, which provides PostgreSQL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const database = await cloneTemplate(project.getProvidedContext().wm.templateUrl);
  const now = Date.now();
  let stack: Stack | undefined;
  try {
    stack = await startStack({ databaseUrl: database.url, events: scene(now), rejected: rejectedEvents(now) });
  } catch (error) {
    await database.drop();
    throw error;
  }
  project.provide('scene', { url: stack.url, ingestUrl: stack.ingestUrl, now });
  return async () => {
    await stack.stop();
    await database.drop();
  };
}
