export { type PrometheusMetrics, type PrometheusOptions, prometheus } from './prometheus/prometheus.ts';
