import type { Language, Text } from '@minihub/command-line';
import type { Output } from '../terminal.ts';
import type { Step } from './examine.ts';

const steps: Readonly<Record<Step, Text>> = {
  addresses: { en: 'looking up the addresses', zh: '正在解析地址' },
  tls: { en: 'looking at the certificate', zh: '正在检查证书' },
  handshake: { en: 'shaking hands', zh: '正在握手' },
  hub: { en: 'negotiating', zh: '正在协商' },
  messages: { en: 'sending messages', zh: '正在收发消息' },
  waiting: { en: 'waiting in silence', zh: '正在静默等待' },
};

/** A line that says what is going on, on a terminal only; it is wiped out before anything else is written. */
export class Progress {
  readonly #output: Output;
  readonly #language: Language;
  #timer: NodeJS.Timeout | undefined;
  #step: Step | undefined;
  #sinceMs = 0;

  constructor(output: Output, language: Language) {
    this.#output = output;
    this.#language = language;
  }

  /** Says what is being done now. */
  show(step: Step): void {
    if (this.#output.isTTY !== true) return;
    this.#step = step;
    this.#sinceMs = performance.now();
    this.#timer ??= setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  /** Wipes the line out. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#step !== undefined) this.#output.write('\r\u001b[K');
    this.#step = undefined;
  }

  #draw(): void {
    if (this.#step === undefined) return;
    const seconds = Math.floor((performance.now() - this.#sinceMs) / 1000);
    this.#output.write(`\r\u001b[K${steps[this.#step][this.#language]}${seconds > 0 ? ` (${seconds} s)` : ''}…`);
  }
}
