/** The value of a header whose name is written in whatever case; undefined when it is absent or empty. */
export function headerOf(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  for (const key in headers) {
    if (key.toLowerCase() === name) {
      const value = (headers as { [key: string]: unknown })[key];
      return value === undefined || value === null || value === '' ? undefined : String(value).trim();
    }
  }
  return undefined;
}
