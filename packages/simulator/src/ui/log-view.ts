import type { SocketTraffic } from '../socket-traffic.ts';
import type { PhoneReport } from './phone-frame.ts';
import type { Texts } from './texts.ts';

const arrows = { connect: '…', open: '✓', sent: '↑', received: '↓', error: '!', close: '×', mute: '⌀' } as const;
const most = 1000;

function clockTime(at: number): string {
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function visible(text: string): string {
  // The record separator of SignalR is worth seeing; other control characters only break the line.
  return [...text.replaceAll('\u001e', '␞')].map((char) => (char < ' ' ? ' ' : char)).join('');
}

function hex(data: ArrayBuffer): string {
  return [...new Uint8Array(data.slice(0, 64))].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** What a line says: what travelled, or what happened. */
function describe(entry: SocketTraffic, texts: Texts): { readonly size: string; readonly text: string } {
  switch (entry.kind) {
    case 'sent':
    case 'received': {
      const isText = typeof entry.data === 'string';
      const size = isText
        ? new TextEncoder().encode(entry.data as string).length
        : (entry.data as ArrayBuffer).byteLength;
      return { size: `${size} B`, text: isText ? visible(entry.data as string) : hex(entry.data as ArrayBuffer) };
    }
    case 'error':
      return { size: '', text: entry.errMsg };
    case 'close':
      return { size: '', text: `${entry.code} ${entry.reason}${entry.reported ? '' : texts.unheard}` };
    case 'connect':
    case 'open':
    case 'mute':
      return { size: '', text: entry.url };
  }
}

interface Line {
  readonly row: HTMLElement;
  readonly search: string;
}

/** The log of what the phones' sockets and consoles say. */
export class LogView {
  paused = false;
  readonly #list: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #texts: Texts;
  #lines: Line[] = [];
  #filter = '';

  constructor(list: HTMLElement, empty: HTMLElement, texts: Texts) {
    this.#list = list;
    this.#empty = empty;
    this.#texts = texts;
  }

  add(phone: string, report: PhoneReport): void {
    if (this.paused) return;
    const row = report.kind === 'traffic' ? this.#traffic(phone, report.entry) : this.#console(phone, report);
    const line = { row, search: `${row.textContent ?? ''} ${this.#texts.phone}${phone}`.toLowerCase() };
    this.#lines.push(line);
    row.hidden = !line.search.includes(this.#filter);
    if (this.#lines.length > most) this.#lines.shift()?.row.remove();
    const atEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
    this.#list.append(row);
    this.#empty.hidden = true;
    if (atEnd) this.#list.scrollTop = this.#list.scrollHeight;
  }

  clear(): void {
    for (const { row } of this.#lines) row.remove();
    this.#lines = [];
    this.#empty.hidden = false;
  }

  filter(text: string): void {
    this.#filter = text.toLowerCase();
    for (const { row, search } of this.#lines) row.hidden = !search.includes(this.#filter);
  }

  #row(kind: string, cells: readonly (readonly [name: string, text: string])[]): HTMLElement {
    const row = document.createElement('li');
    row.dataset.kind = kind;
    for (const [name, text] of cells) {
      const cell = document.createElement('span');
      cell.className = name;
      cell.textContent = text;
      row.append(cell);
    }
    return row;
  }

  #traffic(phone: string, entry: SocketTraffic): HTMLElement {
    const { size, text } = describe(entry, this.#texts);
    const row = this.#row(entry.kind, [
      ['at', clockTime(entry.at)],
      ['who', `${phone}#${entry.socket}`],
      ['arrow', arrows[entry.kind]],
      ['what', this.#texts.kinds[entry.kind]],
      ['size', size],
      ['text', text.slice(0, 2000)],
    ]);
    row.title = entry.url;
    return row;
  }

  #console(phone: string, report: PhoneReport & { kind: 'console' }): HTMLElement {
    return this.#row(report.level, [
      ['at', clockTime(report.at)],
      ['who', phone],
      ['text', report.text.slice(0, 4000)],
    ]);
  }
}
