import type { PickRequest } from '../built-ins/tag.ts';
import type { Screen } from './screen.ts';

/** What `wx.showToast` and `wx.showLoading` take. */
export interface ToastRequest {
  readonly title?: string;
  readonly icon?: string;
  readonly image?: string;
  readonly duration?: number;
  readonly mask?: boolean;
}

/** What `wx.showModal` takes. */
export interface ModalRequest {
  readonly title?: string;
  readonly content?: string;
  readonly showCancel?: boolean;
  readonly cancelText?: string;
  readonly cancelColor?: string;
  readonly confirmText?: string;
  readonly confirmColor?: string;
  readonly editable?: boolean;
  readonly placeholderText?: string;
}

/** What somebody answered. */
export interface ModalAnswer {
  readonly confirm: boolean;
  readonly cancel: boolean;
  readonly content: string | null;
}

const toastMarks: { readonly [icon: string]: string } = { success: '✓', error: '!' };

/** Toasts, dialogs and sheets, in front of the pages. */
export class Dialogs {
  readonly #screen: Screen;
  #toast: HTMLElement | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Shows a toast until it is hidden; `durationMs` of Infinity for "until then". */
  showToast(request: ToastRequest, durationMs: number): void {
    this.hideToast();
    const { make, layer } = this.#screen;
    const icon = request.icon ?? 'success';
    const toast = make('div', `mh-toast mh-toast-${icon}`);
    toast.setAttribute('role', 'status');
    if (icon === 'loading') toast.append(make('i', 'wx-spinner'));
    else if (icon !== 'none') toast.append(make('b', 'mh-toast-mark', toastMarks[icon] ?? ''));
    toast.append(make('p', '', request.title ?? ''));
    this.#toast = request.mask === true ? make('div', 'mh-mask mh-mask-clear', toast) : toast;
    layer.append(this.#toast);
    if (Number.isFinite(durationMs)) this.#timer = setTimeout(() => this.hideToast(), durationMs);
  }

  hideToast(): void {
    clearTimeout(this.#timer);
    this.#toast?.remove();
    this.#toast = undefined;
  }

  showModal(request: ModalRequest): Promise<ModalAnswer> {
    const { make, layer } = this.#screen;
    const field = make('input', 'mh-modal-field');
    field.placeholder = request.placeholderText ?? '';
    field.value = request.editable === true ? (request.content ?? '') : '';
    const body = request.editable === true ? field : make('p', 'mh-modal-text', request.content ?? '');
    const cancel = make('button', 'mh-modal-cancel', request.cancelText ?? '取消');
    cancel.style.color = request.cancelColor ?? '';
    const confirm = make('button', 'mh-modal-confirm', request.confirmText ?? '确定');
    confirm.style.color = request.confirmColor ?? '';
    const buttons = make('div', 'mh-modal-buttons', ...(request.showCancel === false ? [] : [cancel]), confirm);
    const box = make('div', 'mh-modal', make('h2', 'mh-modal-title', request.title ?? ''), body, buttons);
    box.setAttribute('role', 'dialog');
    const mask = make('div', 'mh-mask', box);
    layer.append(mask);
    return new Promise((resolve) => {
      const answer = (confirmed: boolean): void => {
        mask.remove();
        const content = confirmed && request.editable === true ? field.value : null;
        resolve({ confirm: confirmed, cancel: !confirmed, content });
      };
      cancel.addEventListener('click', () => answer(false));
      confirm.addEventListener('click', () => answer(true));
    });
  }

  /** Shows a list from below; the index that was tapped, or undefined. */
  showActions(
    items: readonly string[],
    options: { readonly color?: string; readonly title?: string },
  ): Promise<number | undefined> {
    const { make } = this.#screen;
    const list = items.map((text) => {
      const button = make('button', 'mh-action', text);
      button.style.color = options.color ?? '';
      return button;
    });
    const cancel = make('button', 'mh-action mh-action-cancel', '取消');
    const head = options.title === undefined ? [] : [make('p', 'mh-sheet-title', options.title)];
    const { close, closed } = this.#sheet(make('div', 'mh-sheet', ...head, ...list, cancel));
    cancel.addEventListener('click', () => close(undefined));
    list.forEach((button, index) => {
      button.addEventListener('click', () => close(index));
    });
    return closed;
  }

  /** Shows columns to choose from; the chosen index of each, or undefined. */
  pick(request: PickRequest): Promise<readonly number[] | undefined> {
    const { make } = this.#screen;
    const selects = request.columns.map((_, column) => {
      const select = make('select', 'mh-column');
      select.size = 5;
      select.addEventListener('change', () => request.columnChanged?.(column, select.selectedIndex));
      return select;
    });
    const show = (columns: PickRequest['columns'], chosen: PickRequest['chosen']): void =>
      selects.forEach((select, column) => {
        const texts = columns[column] ?? [];
        const isSame =
          texts.length === select.length && texts.every((text, index) => select.item(index)?.text === text);
        if (!isSame) select.replaceChildren(...texts.map((text) => make('option', '', text)));
        select.selectedIndex = Math.min(texts.length - 1, chosen[column] ?? 0);
      });
    show(request.columns, request.chosen);
    request.opened?.(show);
    const cancel = make('button', 'mh-pick-cancel', '取消');
    const confirm = make('button', 'mh-pick-confirm', '确定');
    const head = make('div', 'mh-pick-head', cancel, make('span', '', request.title), confirm);
    const { close, closed } = this.#sheet(make('div', 'mh-sheet', head, make('div', 'mh-columns', ...selects)));
    cancel.addEventListener('click', () => close(undefined));
    confirm.addEventListener('click', () => close(1));
    return closed.then((done) =>
      done === undefined ? undefined : selects.map(({ selectedIndex }) => Math.max(0, selectedIndex)),
    );
  }

  #sheet(sheet: HTMLElement): { close(result: number | undefined): void; closed: Promise<number | undefined> } {
    const mask = this.#screen.make('div', 'mh-mask mh-mask-bottom', sheet);
    this.#screen.layer.append(mask);
    let close: (result: number | undefined) => void = () => undefined;
    const closed = new Promise<number | undefined>((resolve) => {
      close = (result) => {
        mask.remove();
        resolve(result);
      };
    });
    mask.addEventListener('click', (event) => {
      if (event.target === mask) close(undefined);
    });
    return { close: (result) => close(result), closed };
  }
}
