import { defaultHubLimits, defaultRawLimits, defaultServerLimits } from '@minihub/server';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { checkLimits, toTransports } from '../../src/options.ts';

const invalid = (text: string) =>
  expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION', message: expect.stringContaining(text) });

describe('checkLimits', () => {
  it('takes the given values and the defaults of the others', () => {
    expect(checkLimits(defaultHubLimits, { maxMessageBytes: 0, keepAliveIntervalMs: 5 })).toEqual({
      ...defaultHubLimits,
      maxMessageBytes: 0,
      keepAliveIntervalMs: 5,
    });
    expect(checkLimits(defaultRawLimits)).toEqual(defaultRawLimits);
    const absent = { closeTimeoutMs: undefined } as unknown as Partial<typeof defaultServerLimits>;
    expect(checkLimits(defaultServerLimits, absent)).toEqual(defaultServerLimits);
  });

  it('leaves the defaults as they are', () => {
    const before = { ...defaultHubLimits };
    checkLimits(defaultHubLimits, { maxMessageBytes: 1 });
    expect(defaultHubLimits).toEqual(before);
  });

  it('refuses a name that does not exist, and lists those that do', () => {
    for (const name of ['maxMessageByte', 'toString', '__proto__x']) {
      expect(() => checkLimits(defaultHubLimits, { [name]: 1 })).toThrow(invalid('maxMessageBytes'));
    }
  });

  it.each([-1, Number.NaN, '5', null, {}])('refuses %s', (value) => {
    expect(() => checkLimits(defaultHubLimits, { maxMessageBytes: value as never })).toThrow(
      invalid('maxMessageBytes'),
    );
  });

  it.each(['maxParallelInvocations', 'maxPendingInvocations', 'uploadBufferItems', 'maxFragments'] as const)(
    'refuses to turn %s off',
    (name) => {
      expect(() => checkLimits(defaultHubLimits, { [name]: 0 })).toThrow(invalid(name));
      expect(checkLimits(defaultHubLimits, { [name]: 1 })[name]).toBe(1);
    },
  );
});

describe('createLog', () => {
  it('hands each event to the method of its level, with its name', () => {
    const lines: unknown[] = [];
    const write = (level: string) => (fields: object, message: string) => lines.push([level, fields, message]);
    const log = createLog({ debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') });
    log('methodThrew', { target: 'x' });
    log('slowClient', {});
    expect(lines).toEqual([
      ['error', { event: 'methodThrew', target: 'x' }, expect.any(String)],
      ['warn', { event: 'slowClient' }, expect.any(String)],
    ]);
  });

  it('survives a logger that throws, and none at all', () => {
    const broken = () => {
      throw new Error('disk full');
    };
    const log = createLog({ debug: broken, info: broken, warn: broken, error: broken });
    expect(() => log('methodThrew', {})).not.toThrow();
    expect(() => createLog(undefined)('methodThrew', {})).not.toThrow();
  });
});

describe('transports', () => {
  it('are all three unless told otherwise', () => {
    expect(toTransports({})).toEqual(['WebSockets', 'ServerSentEvents', 'LongPolling']);
  });

  it('lose WebSockets where those are switched off, and keep their order', () => {
    const transports = ['LongPolling', 'WebSockets', 'ServerSentEvents'] as const;
    expect(toTransports({ transports, webSocket: { enabled: true } })).toEqual(transports);
    expect(toTransports({ transports, webSocket: { enabled: false } })).toEqual(['LongPolling', 'ServerSentEvents']);
  });

  it.each([
    { transports: [] },
    { transports: ['webSockets' as never] },
    { transports: ['WebSockets' as const], webSocket: { enabled: false } },
  ])('cannot be %j', (options) => {
    expect(() => toTransports(options)).toThrow(expect.objectContaining({ code: 'MH_SERVER_INVALID_OPTION' }));
  });
});
