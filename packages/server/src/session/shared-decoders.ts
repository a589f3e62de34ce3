import type { DecoderLimits, HubCodec, HubDecoder } from '@minihub/protocol';

/**
 * Decoders of one protocol for all the sessions with the same limits. A decoder that has read all it was given, and holds
 * no half message, is as good as a new one for anybody: so an idle session needs none, and those that read take turns with one.
 */
export class SharedDecoder {
  readonly #codec: HubCodec;
  readonly #limits: DecoderLimits;
  #spare: HubDecoder | undefined;

  constructor(codec: HubCodec, limits: DecoderLimits) {
    this.#codec = codec;
    this.#limits = limits;
  }

  /** For one reader alone, until it gives it back. Who is in the middle of a message, or has failed, keeps it. */
  take(): HubDecoder {
    const decoder = this.#spare ?? this.#codec.createDecoder(this.#limits);
    this.#spare = undefined;
    return decoder;
  }

  /** To be called when the decoder's `next` has returned `undefined`. False when it holds half a message and was not taken. */
  give(decoder: HubDecoder): boolean {
    if (decoder.bufferedBytes > 0) return false;
    this.#spare = decoder;
    return true;
  }
}

/** One {@link SharedDecoder} for each protocol. */
export class SharedDecoders {
  readonly limits: DecoderLimits;
  readonly #byCodec = new Map<HubCodec, SharedDecoder>();

  constructor(limits: DecoderLimits) {
    this.limits = limits;
  }

  of(codec: HubCodec): SharedDecoder {
    const known = this.#byCodec.get(codec);
    if (known !== undefined) return known;
    const made = new SharedDecoder(codec, this.limits);
    this.#byCodec.set(codec, made);
    return made;
  }
}
