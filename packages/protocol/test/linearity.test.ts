import { createMessagePackCodec, plainUtf8, type Utf8 } from '@minihub/protocol';
import { describe, expect, it } from 'vitest';
import { ByteAccumulator } from '../src/byte-accumulator.ts';
import { defaultDecoderLimits } from '../src/defaults.ts';
import { MessagePackDecoder } from '../src/messagepack-decoder.ts';
import { RecordSplitter } from '../src/record-splitter.ts';

const mebibyte = 1 << 20;

/** Bytes that count how many of them are searched. */
class CountingBytes extends Uint8Array {
  searched = 0;

  override indexOf(byte: number, from = 0): number {
    const found = super.indexOf(byte, from);
    this.searched += (found < 0 ? this.length : found + 1) - from;
    return found;
  }
}

function createCountingUtf8(): Utf8 & { decoded: number } {
  const counting = {
    decoded: 0,
    encode: plainUtf8.encode,
    decode(bytes: Uint8Array, start: number, end: number): string {
      counting.decoded += end - start;
      return plainUtf8.decode(bytes, start, end);
    },
  };
  return counting;
}

// Work is counted, not timed: a quadratic reader does 2^39 steps here, a linear one a few times 2^20.
describe('reading', () => {
  it('searches, copies and decodes a JSON record in one-byte chunks a constant number of times', () => {
    const utf8 = createCountingUtf8();
    const splitter = new RecordSplitter({ maxMessageBytes: 0, maxRecordsPerChunk: 0, utf8 });
    const chunk = CountingBytes.of(0x78) as CountingBytes;
    for (let i = 0; i < mebibyte; i++) {
      splitter.push(chunk);
      splitter.nextRecord();
    }
    splitter.push(Uint8Array.of(0x1e));
    expect(splitter.nextRecord()).toHaveLength(mebibyte);
    expect(chunk.searched).toBe(mebibyte);
    expect(splitter.held.copied).toBeLessThan(3 * mebibyte);
    expect(utf8.decoded).toBe(mebibyte);
  });

  it('searches a chunk of many records once, and copies none of them', () => {
    const splitter = new RecordSplitter({ maxMessageBytes: 0, maxRecordsPerChunk: 0, utf8: plainUtf8 });
    const chunk = CountingBytes.from(Buffer.from('{"type":6}\u001e'.repeat(10_000))) as CountingBytes;
    splitter.push(chunk);
    let records = 0;
    while (splitter.nextRecord() !== undefined) records++;
    expect(records).toBe(10_000);
    expect(chunk.searched).toBe(chunk.length);
    expect(splitter.held.copied).toBe(0);
  });

  it('copies a MessagePack message in one-byte chunks a constant number of times, and not at all in one chunk', () => {
    const wire = createMessagePackCodec().encode({
      type: 2,
      invocationId: '1',
      item: 'x'.repeat(mebibyte),
    }) as Uint8Array;
    const utf8 = createCountingUtf8();
    const limits = { ...defaultDecoderLimits, maxMessageBytes: 0, maxRecordsPerChunk: 0 };
    const decoder = new MessagePackDecoder(limits, utf8);
    for (let i = 0; i < wire.length; i++) {
      decoder.push(wire.subarray(i, i + 1));
      if (i < wire.length - 1) decoder.next();
    }
    expect(decoder.next()).toMatchObject({ type: 2 });
    expect(decoder.held.copied).toBeLessThan(3 * wire.length);
    expect(utf8.decoded).toBe(mebibyte + 1);
    const copied = decoder.held.copied;
    decoder.push(wire);
    expect(decoder.next()).toMatchObject({ type: 2 });
    expect(decoder.held.copied).toBe(copied);
  });
});

describe('ByteAccumulator', () => {
  it('gives a large buffer back, and keeps a small one', () => {
    const bytes = new ByteAccumulator();
    bytes.append(new Uint8Array(100), 0, 100);
    bytes.clear();
    expect(bytes.bytes.length).toBeGreaterThan(0);
    bytes.append(new Uint8Array(100_000), 0, 100_000);
    bytes.clear();
    expect(bytes.bytes.length).toBe(0);
    expect(bytes.length).toBe(0);
  });
});
