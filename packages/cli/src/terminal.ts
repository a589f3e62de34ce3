/** Where text goes: a stream, as far as the commands need to know it. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** The colours and weights that are used. */
export type Tone = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Gives a text a tone, or leaves it alone where there are none. */
export type Paint = (tone: Tone, text: string) => string;

const toneCodes: Readonly<Record<Tone, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** Colour when a person watches and has not said otherwise. @see https://no-color.org */
export function paintFor(output: Output, env: Readonly<Record<string, string | undefined>>): Paint {
  const wanted = output.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  if (!wanted) return (_tone, text) => text;
  return (tone, text) => {
    const [on, off] = toneCodes[tone];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

/** How wide lines may be: the terminal's width within reason, and 100 where there is none. */
export function widthOf(output: Output): number {
  return Math.min(Math.max(output.columns ?? 100, 50), 110);
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Columns that a text takes in a terminal: two for a Chinese character. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += wide.test(character) ? 2 : 1;
  return columns;
}

/** Pads a text with spaces to a number of columns. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** Pieces that may not be broken: words with the space before them, single Chinese characters with their punctuation. */
function piecesOf(text: string): readonly string[] {
  const closing = '，。；：！？、）》」”';
  const pieces: string[] = [];
  for (const [part] of text.matchAll(/\s+|[^\s]/gu)) {
    const last = pieces.at(-1);
    const joins =
      last !== undefined &&
      !/^\s+$/.test(part) &&
      (closing.includes(part) || (!wide.test(part) && !wide.test(last.at(-1) ?? '')) || /[（《「“]$/.test(last));
    if (joins) pieces[pieces.length - 1] = last + part;
    else pieces.push(part);
  }
  return pieces;
}

/** Breaks a text into lines of at most `width` columns. What cannot be broken, such as a long address, stays whole. */
export function wrap(text: string, width: number): readonly string[] {
  return wrapPlain(withoutControls(text), width);
}

/** Texts quote what servers send, which must not move the cursor. */
export function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function wrapPlain(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text)) {
    if (line !== '' && columnsOf(line + piece) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line = line === '' ? piece.trimStart() : line + piece;
  }
  return line.trim() === '' ? lines : [...lines, line.trimEnd()];
}
