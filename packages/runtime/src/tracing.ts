/** Traces for those who collect them. Where nobody does, nothing is loaded and a span is a function call. */
import type { Logger } from './logger.ts';

export interface Span {
  /** Names this span to others, as W3C Trace Context writes it; undefined: it is not recorded. */
  readonly traceparent: string | undefined;
  /** What is known by now. Never put payloads, keys or texts of errors here. */
  note(attributes: SpanAttributes): void;
}

export type SpanAttributes = Readonly<Record<string, string | number>>;

export interface SpanOptions {
  /** Which side of a call or a queue it is; internal where absent. */
  kind?: 'server' | 'producer' | 'consumer';
  /** Spans that led to this one, by their traceparent: it is a child of the first and linked to the others. */
  causes?: readonly (string | undefined)[];
  attributes?: SpanAttributes;
}

export interface Tracing {
  /** Does the work within a span. @throws what the work throws; the span then says that it failed */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
  /** Sends what is left, within two seconds. Never rejects. */
  stop(): Promise<void>;
}

const NO_SPAN: Span = { traceparent: undefined, note: () => {} };

/** Records nothing. */
export const NO_TRACING: Tracing = {
  span: (_name, _options, work) => work(NO_SPAN),
  stop: () => Promise.resolve(),
};

/**
 * Traces where OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT names a collector. The other variables of
 * OpenTelemetry hold as well: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS…
 */
export async function startTracing(service: string, logger: Logger): Promise<Tracing> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SDK_DISABLED } = process.env;
  const endpoint = OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim() || OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
  if (!endpoint || OTEL_SDK_DISABLED?.toLowerCase() === 'true') return NO_TRACING;
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing(service, logger);
}
