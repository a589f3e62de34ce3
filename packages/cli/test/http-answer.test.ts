import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxHeadBytes, readBody, readChunked, readHead } from '../src/doctor/probes/http-answer.ts';

const head = 'HTTP/1.1 200 All is well\r\nServer: nginx\r\nSet-Cookie: a\r\nset-cookie:  b \r\n\r\n';

describe('the head of an answer', () => {
  it('is read with its fields, joined where they repeat', () => {
    const read = readHead(Buffer.from(`${head}body`));
    expect(read?.bodyAt).toBe(head.length);
    expect(read?.answer).toMatchObject({ status: 200, reason: 'All is well' });
    expect(Object.fromEntries(read?.answer.headers ?? [])).toEqual({ server: 'nginx', 'set-cookie': 'a, b' });
  });

  it('is not there before all of it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: head.length - 1 }), (length) => {
        expect(readHead(Buffer.from(head.slice(0, length)))).toBeUndefined();
      }),
    );
  });

  it('throws for what is no HTTP/1.1, and for a head without an end', () => {
    expect(() => readHead(Buffer.from('SSH-2.0-OpenSSH'))).toThrow('not HTTP');
    expect(() => readHead(Buffer.from('HTTP/2 200\r\n\r\n'))).toThrow('not HTTP/1.1');
    expect(() => readHead(Buffer.from(`HTTP/1.1 200 ${'x'.repeat(maxHeadBytes)}`))).toThrow('does not end');
  });

  it('throws errors and nothing else, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map((text) => Buffer.from(`HTTP/1.1 200 \r\n${text}\r\n\r\n`)),
        ),
        (bytes) => {
          try {
            readHead(Buffer.from(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect((error as Error).message).toMatch(/^the (answer|head)/);
          }
        },
      ),
    );
  });
});

describe('a body', () => {
  const chunked = (parts: readonly Uint8Array[]) =>
    Buffer.concat([
      ...parts.map((part) =>
        Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
      ),
      Buffer.from('0\r\n\r\n'),
    ]);

  it('in chunks is what was cut into them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), (parts) => {
        const { text, complete } = readChunked(chunked(parts));
        expect(complete).toBe(true);
        expect([...text]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
  });

  it('in chunks is a beginning of it as long as some are missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { minLength: 1 }),
        fc.nat(),
        (parts, cut) => {
          const whole = chunked(parts);
          const { text } = readChunked(whole.subarray(0, cut % whole.length));
          expect(Buffer.concat(parts).subarray(0, text.length)).toEqual(text);
        },
      ),
    );
  });

  it('with a length ends there', () => {
    const answer = { status: 200, reason: '', headers: new Map([['content-length', '3']]), body: '' };
    expect(readBody(answer, Buffer.from('ab')).complete).toBe(false);
    expect(readBody(answer, Buffer.from('abcd'))).toEqual({ text: Buffer.from('abc'), complete: true });
  });
});
