import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const headers = {
  // `'self'` covers WebSockets of the same host only in newer browsers, hence the schemes.
  'content-security-policy':
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

/**
 * Makes the request handler of the page: the files of `public/`, and the browser build of the client from the
 * installed package. Everything is read once; only what was found then is served, so no path leads out of the folder.
 */
export function createPageFiles(): (request: IncomingMessage, response: ServerResponse) => void {
  const files = readFiles();
  return (request, response) => {
    const file = files.get((request.url ?? '/').replace(/[?#].*/s, ''));
    if (file === undefined) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain' }).end('There is nothing here.\n');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
    } else if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304, { ...headers, etag: file.etag }).end();
    } else {
      const { body, type, etag } = file;
      response.writeHead(200, { ...headers, 'content-type': type, 'content-length': body.length, etag });
      response.end(request.method === 'HEAD' ? undefined : body);
    }
  };
}

function readFiles(): ReadonlyMap<string, PageFile> {
  // One folder up both from src/ and from dist/.
  const folder = fileURLToPath(new URL('../public/', import.meta.url));
  const files = new Map(readdirSync(folder).map((name) => [`/${name}`, readPageFile(join(folder, name))]));
  const index = files.get('/index.html');
  if (index !== undefined) files.set('/', index);
  const client = dirname(createRequire(import.meta.url).resolve('@minihub/client/package.json'));
  files.set('/signalr.min.js', readPageFile(join(client, 'dist/browser/signalr.min.js')));
  return files;
}

function readPageFile(path: string): PageFile {
  const body = readFileSync(path);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, type: types[extname(path)] ?? 'application/octet-stream', etag };
}
