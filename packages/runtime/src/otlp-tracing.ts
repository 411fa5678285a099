/** Spans of OpenTelemetry, sent as OTLP over HTTP. Loaded only where a collector is named. */
import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, Span as OtelSpan, SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from './logger.ts';
import { RareLog } from './rare-log.ts';
import { saneTraceparent } from './request-origin.ts';
import type { Span, SpanOptions, Tracing } from './tracing.ts';

const STOP_TIMEOUT_MS = 2_000;

const KINDS = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };

/** What is not given here is read from the variables of OpenTelemetry by its own parts. */
export function createOtlpTracing(service: string, logger: Logger): Tracing {
  sayTroubleTo(logger);
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': `wm-${service}`, 'service.instance.id': `${process.pid}` }))
      .merge(detectResources({ detectors: [envDetector] })),
    // It holds 2,048 spans and drops further ones: a collector that is away costs no more than that.
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('workflow-monitor');
  return {
    async span(name, { kind, causes = [], attributes = {} }: SpanOptions, work) {
      const [parent, ...others] = [...new Set(causes)].flatMap(contextOf);
      const links = others.map((context) => ({ context }));
      const options = { attributes, links, ...(kind !== undefined && { kind: KINDS[kind] }) };
      const span = tracer.startSpan(name, options, parent === undefined ? ROOT_CONTEXT : within(parent));
      try {
        return await work(asSpan(span));
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', typeOf(error));
        throw error;
      } finally {
        span.end();
      }
    },
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_TIMEOUT_MS);
      });
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

function sayTroubleTo(logger: Logger): void {
  const log = new RareLog(logger);
  const quiet = (): void => {};
  const say = (message: string): void =>
    log.warn({ trouble: message.slice(0, 500) }, 'traces have trouble; nothing but traces is lost');
  diag.setLogger(
    { error: say, warn: say, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

function asSpan(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    note: (attributes) => void span.setAttributes(attributes),
  };
}

function contextOf(text: string | undefined): SpanContext[] {
  const [, traceId, spanId, flags] = saneTraceparent(text)?.split('-') ?? [];
  if (traceId === undefined || spanId === undefined) return [];
  return [{ traceId, spanId, traceFlags: Number.parseInt(flags ?? '', 16) & TraceFlags.SAMPLED, isRemote: true }];
}

function within(parent: SpanContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** The text of an error may repeat a user's data; its kind does not. */
function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
