export { ApiProblem, createClient, type Client, type ClientOptions } from './client.ts';
export { follow, type Changes, type FollowOptions, type StreamMessage, type StreamRun } from './follow.ts';
export type * from './routes.ts';
