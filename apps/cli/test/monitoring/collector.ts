/** A small collector of traces: takes OTLP over HTTP as JSON. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CollectedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  /** Spans that it is linked to. */
  links: string[];
  attributes: Record<string, string | number>;
}

interface OtlpSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  links?: { spanId: string }[];
  attributes?: OtlpAttribute[];
}
interface OtlpAttribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}
interface OtlpRequest {
  resourceSpans: { resource: { attributes: OtlpAttribute[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
}

export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  /** Everything that was received, as it came. */
  received(): string;
  spans(): CollectedSpan[];
  stop(): Promise<void>;
}

/** @param answers false: it takes connections and says nothing */
export async function startCollector(answers = true): Promise<Collector> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    if (!answers) return;
    void text(request)
      .then((body) => bodies.push(body))
      .finally(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  const url = await listen(server);
  return {
    url,
    received: () => bodies.join('\n'),
    spans: () => bodies.flatMap((body) => readSpans(JSON.parse(body) as OtlpRequest)),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function readSpans({ resourceSpans }: OtlpRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        service: String(readAttributes(resource.attributes)['service.name']),
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId,
        links: (span.links ?? []).map(({ spanId }) => spanId),
        attributes: readAttributes(span.attributes ?? []),
      })),
  );
}

function readAttributes(attributes: OtlpAttribute[]): Record<string, string | number> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? '']));
}
