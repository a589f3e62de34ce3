import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHubServer, logEvents } from '@minihub/server';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createLog, logEventFields } from '../../src/log.ts';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** Every place that logs an event with a literal of fields: the event, and the names of the fields. */
function loggedEvents(): { event: string; fields: string[] }[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    return [...text.matchAll(/\blog\('(\w+)', \{ (.*?) \}\)/g)].map(([, event = '', inner = '']) => {
      const parts = inner.split(/,\s*(?![^(]*\))/).filter((part) => !part.startsWith('...'));
      return { event, fields: parts.map((part) => part.split(':', 1)[0] as string) };
    });
  });
}

describe('the table of log events', () => {
  it('has the fields of each event that is logged', () => {
    const logged = loggedEvents();
    expect(logged.length).toBeGreaterThan(15);
    for (const { event, fields } of logged) {
      expect(logEventFields[event as keyof typeof logEventFields], event).toEqual(expect.arrayContaining(fields));
    }
  });

  it('has no event that is never logged', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const text = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
    const ghosts = Object.keys(logEvents).filter((event) => !new RegExp(`[lL]og\\(\\s*'${event}'`).test(text));
    expect(ghosts).toEqual([]);
  });
});

/** A pino logger whose lines the test reads. */
function readablePino(): { logger: pino.Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { logger, lines };
}

describe('pino', () => {
  it('fits as it is: level, text, and the fields as fields', () => {
    const { logger, lines } = readablePino();
    createLog(logger)('methodThrew', { connectionId: 'c1', target: 'say', error: new RangeError('boom') });
    createLog(logger)('connectionOpened', { connectionId: 'c1', user: 'ada' });
    expect(lines).toMatchObject([
      { level: 50, msg: 'A hub method threw.', event: 'methodThrew', connectionId: 'c1', target: 'say' },
      { level: 20, msg: 'Connection opened.', event: 'connectionOpened', user: 'ada' },
    ]);
  });

  it('writes errors whole with the serializer for `error` that it has under another name', () => {
    const lines: Record<string, unknown>[] = [];
    const logger = pino(
      { serializers: { error: pino.stdSerializers.err } },
      { write: (line: string) => void lines.push(JSON.parse(line)) },
    );
    createLog(logger)('methodThrew', { error: new RangeError('boom') });
    expect(lines).toMatchObject([{ error: { type: 'RangeError', message: 'boom', stack: expect.any(String) } }]);
  });

  it('is a logger to the types, and can be a child of another', () => {
    const { logger } = readablePino();
    expect(createHubServer({ logger: logger.child({ service: 'chat' }) }).connectionCount).toBe(0);
  });
});
