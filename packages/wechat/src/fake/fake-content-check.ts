import { FakeError } from './fake-error.ts';

const maxCharacters = 2_500;

/** Texts that the fake was asked about, and what it thinks of them. */
export class FakeContentCheck {
  /** What was checked, oldest first. */
  readonly checked: { readonly openid: string; readonly scene: number; readonly content: string }[] = [];
  readonly #risky: readonly string[];
  readonly #review: readonly string[];

  constructor(words: { readonly risky?: readonly string[]; readonly review?: readonly string[] }) {
    this.#risky = words.risky ?? [];
    this.#review = words.review ?? [];
  }

  check(body: Record<string, unknown>, isActive: (openid: unknown) => boolean): object {
    const { version, openid, scene, content } = body;
    if (version !== 2) throw new FakeError(40097, 'invalid args');
    if (typeof content !== 'string' || content === '') throw new FakeError(44002, 'empty post data');
    if ([...content].length > maxCharacters) throw new FakeError(40097, 'content too long');
    if (typeof scene !== 'number' || scene < 1 || scene > 4) throw new FakeError(40129, 'invalid scene');
    if (typeof openid !== 'string') throw new FakeError(40003, 'invalid openid');
    if (!isActive(openid)) throw new FakeError(61010, 'user not active');
    this.checked.push({ openid, scene, content });
    const suggest = this.#suggestionFor(content);
    const label = suggest === 'pass' ? 100 : 20_001;
    return {
      result: { suggest, label },
      detail: [{ strategy: 'content_model', errcode: 0, suggest, label, prob: 90 }],
      trace_id: `fake-trace-${this.checked.length}`,
    };
  }

  #suggestionFor(content: string): 'pass' | 'review' | 'risky' {
    if (this.#risky.some((word) => content.includes(word))) return 'risky';
    return this.#review.some((word) => content.includes(word)) ? 'review' : 'pass';
  }
}
