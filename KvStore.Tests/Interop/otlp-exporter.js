// Sends a trace of two spans with OpenTelemetry's own SDK for Node.js: node otlp-exporter.js grpc|http URL KEY
'use strict';

const { context, trace, SpanKind, SpanStatusCode } = require('@opentelemetry/api');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { BasicTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');

const [protocol, url, key] = process.argv.slice(2);

function exporter() {
  if (protocol === 'grpc') {
    const { Metadata } = require('@grpc/grpc-js');
    const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-grpc');
    const metadata = new Metadata();
    metadata.set('x-otlp-api-key', key);
    return new OTLPTraceExporter({ url, metadata });
  }
  const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter({ url: `${url}/v1/traces`, headers: { 'x-otlp-api-key': key }, compression: 'gzip' });
}

async function main() {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'elsewhere' }),
    spanProcessors: [new SimpleSpanProcessor(exporter())],
  });
  const tracer = provider.getTracer('interop');
  const sell = tracer.startSpan('sell', { kind: SpanKind.SERVER, attributes: { 'shop.items': 3, 'shop.open': true } });
  const within = trace.setSpan(context.active(), sell);
  const pay = tracer.startSpan('pay', { kind: SpanKind.CLIENT, attributes: { 'server.address': 'bank' } }, within);
  pay.addEvent('refused', { why: 'ä' });
  pay.setStatus({ code: SpanStatusCode.ERROR, message: 'no money' });
  pay.end();
  sell.end();
  await provider.forceFlush();
  await provider.shutdown();
  console.log(sell.spanContext().traceId);
}

main();
