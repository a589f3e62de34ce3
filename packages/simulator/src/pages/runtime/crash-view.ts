import type { PageError } from './reports.ts';
import type { Screen } from './screen.ts';

/** Where an error is: `pages/index/index.ts:12`. */
export function placeOf({ file, line }: Pick<PageError, 'file' | 'line'>): string {
  if (file === undefined) return '';
  return line === undefined ? file : `${file}:${line}`;
}

/** Shows what went wrong in front of the page, which stays alive behind it. */
export class CrashView {
  readonly #screen: Screen;
  #box: HTMLElement | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  add(error: PageError): void {
    const { make, layer } = this.#screen;
    if (this.#box === undefined) {
      const close = make('button', '', '×');
      close.type = 'button';
      close.ariaLabel = '关闭 Close';
      close.addEventListener('click', () => {
        this.#box?.remove();
        this.#box = undefined;
      });
      this.#box = make('aside', 'mh-crash', make('h2', '', '脚本错误 Error'), close);
      this.#box.setAttribute('role', 'alert');
      layer.append(this.#box);
    }
    const where = [placeOf(error), error.during ?? ''].filter((text) => text !== '').join(' · ');
    this.#box.append(make('p', '', `${error.message}${where === '' ? '' : '\n'}`, make('em', '', where)));
  }
}
