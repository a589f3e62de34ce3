import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverSentEventsFraming } from '../../src/transport/server-sent-events-framing.ts';

/** The data of events, read as the HTML standard says. */
function readEvents(stream: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  for (const line of stream.split(/\r\n|\n|\r/)) {
    if (line === '') {
      if (data.length > 0) events.push(data.join('\n'));
      data = [];
    } else {
      expect(line).toMatch(/^data: /);
      data.push(line.slice('data: '.length));
    }
  }
  expect(data).toEqual([]);
  return events;
}

const wrap = (text: string): string => {
  const bytes = Buffer.from(text);
  return serverSentEventsFraming.wrap([bytes], bytes.length).toString();
};

describe('server-sent events framing', () => {
  it('makes one event of each text, whatever lines it has', () => {
    const anyText = fc
      .array(fc.constantFrom('a', ' ', ':', 'data: ', '你', '\n', '\r', '\r\n'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(anyText), (texts) => {
        const events = readEvents(texts.map(wrap).join(''));
        expect(events).toEqual(texts.map((text) => text.replace(/\r\n?/g, '\n')));
      }),
    );
  });

  it('writes as ASP.NET does', () => {
    expect(wrap('a\r\nb\n')).toBe('data: a\r\ndata: b\r\ndata: \r\n\r\n');
  });
});
