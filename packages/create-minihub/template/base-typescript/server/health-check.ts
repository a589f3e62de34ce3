// [[给 Docker 的 HEALTHCHECK：服务器正常时以 0 结束。|For Docker's HEALTHCHECK: ends with 0 when the server is well.]]
const port = Number(process.env.PORT || 3000);

try {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_000) });
  process.exit(response.ok ? 0 : 1);
} catch {
  process.exit(1);
}
