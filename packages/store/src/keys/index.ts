export { createKey } from './create-key.ts';
export type { NewKey } from './create-key.ts';
export type { KeyScope } from './key-token.ts';
export { KeyVerifier } from './key-verifier.ts';
export type { KeyVerdict, KeyVerifierOptions, VerifiedKey } from './key-verifier.ts';
export { listKeys } from './list-keys.ts';
export type { ListedKey } from './list-keys.ts';
export { revokeKey } from './revoke-key.ts';
