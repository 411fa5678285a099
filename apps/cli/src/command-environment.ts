import { readEnvironment, type Environment } from '@wm/runtime';
import { PlainError } from './plain-error.ts';

/** The environment as the services read it. @throws PlainError with a line per bad variable */
export function commandEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  try {
    return readEnvironment(env);
  } catch (error) {
    throw new PlainError((error as Error).message, { cause: error });
  }
}
