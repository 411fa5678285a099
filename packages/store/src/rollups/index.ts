export { makeSpans, type MadeSpans } from './make-spans.ts';
