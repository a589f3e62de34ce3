/** What an isolated component's class names get in front. */
export function stylePrefix(path: string): string {
  return path.replace(/[^A-Za-z0-9]+/g, '-').replace(/^(\d)/, '_$1');
}
