import type { PageError } from './reports.ts';
import type { Screen } from './screen.ts';

/** Where an error is: `pages/index/index.ts:12`. */
export function placeOf({ file, line }: Pick<PageError, 'file' | 'line'>): string {
  if (file === undefined) return '';
  return line === undefined ? file : `${file}:${line}`;
}

/** Shows what went wrong over the foot of the page, which stays alive and, with its tabs, in reach. The latest is first. */
export class CrashView {
  readonly #screen: Screen;
  readonly #told: Map<string, { readonly entry: HTMLElement; times: number }> = new Map();
  #box: HTMLElement | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  add(error: PageError): void {
    const { make } = this.#screen;
    this.#box ??= this.#open();
    const where = [placeOf(error), error.during ?? ''].filter((text) => text !== '').join(' · ');
    const text = `${error.message}${where === '' ? '' : '\n'}`;
    const key = text + where;
    const before = this.#told.get(key);
    const entry = before?.entry ?? make('p', '', text, make('em', '', where));
    const times = (before?.times ?? 0) + 1;
    // What happens again and again, as on a timer, is one entry.
    if (times > 1) entry.dataset.times = `×${times}`;
    this.#told.set(key, { entry, times });
    this.#box.children[1]?.after(entry);
  }

  #open(): HTMLElement {
    const { make, notices } = this.#screen;
    const close = make('button', '', '×');
    close.type = 'button';
    close.ariaLabel = '关闭 Close';
    close.addEventListener('click', () => {
      this.#box?.remove();
      this.#box = undefined;
      this.#told.clear();
    });
    const box = make('aside', 'mh-crash', make('h2', '', '脚本错误 Error'), close);
    box.setAttribute('role', 'alert');
    notices.append(box);
    return box;
  }
}
