export { metrics } from './opentelemetry/metrics.ts';
export { type TracingOptions, tracing } from './opentelemetry/tracing.ts';
