import type { TagContext, TagDefinition, TagHost, TagLife } from './tag.ts';

/** A column of a picker-view, as the picker-view sees it. */
interface ColumnHost extends TagHost {
  wxColumn?: {
    readonly chosen: number;
    readonly count: number;
    choose(index: number, smoothly: boolean): void;
    show(indicatorStyle: string, indicatorClass: string): void;
  };
}

const defaultRowPx = 34;

/** How high a row is: as high as the mark in the middle, which pages give a height by its style. */
function rowHeight(mark: HTMLElement): number {
  return mark.offsetHeight || defaultRowPx;
}

/** What a picker-view hears when a column has come to rest. */
const settled = 'wxcolumnsettled';

function eventOf(host: HTMLElement, name: string): Event {
  const { Event } = host.ownerDocument.defaultView as unknown as { Event: typeof globalThis.Event };
  return new Event(name);
}

function startColumn(context: TagContext): TagLife {
  const { make } = context;
  const host: ColumnHost = context.host;
  const mark = make('div', 'wx-pick-mark');
  let chosen = 0;
  const rows = (): HTMLElement[] => [...host.children].filter((child): child is HTMLElement => child !== mark);
  const layOut = (): void => {
    const height = rowHeight(mark);
    const rest = Math.max(0, (host.clientHeight - height) / 2);
    host.style.paddingTop = host.style.paddingBottom = `${rest}px`;
    mark.style.marginBottom = `${-height}px`;
    for (const row of rows()) {
      row.style.height = `${height}px`;
      row.style.scrollSnapAlign = 'center';
    }
  };
  const choose = (index: number, smoothly: boolean): void => {
    layOut();
    chosen = Math.max(0, Math.min(index, rows().length - 1));
    host.scrollTo?.({ top: chosen * rowHeight(mark), behavior: smoothly ? 'smooth' : 'auto' });
  };
  const rest = (): void => {
    const index = Math.max(0, Math.min(Math.round(host.scrollTop / rowHeight(mark)), rows().length - 1));
    if (index === chosen) return;
    chosen = index;
    host.parentElement?.dispatchEvent(eventOf(host, settled));
  };
  host.append(mark);
  host.addEventListener('scrollend', rest);
  host.addEventListener('click', (event) => {
    const row = rows().findIndex((one) => one.contains(event.target as Node));
    if (row < 0 || row === chosen) return;
    choose(row, true);
    host.parentElement?.dispatchEvent(eventOf(host, settled));
  });
  host.wxColumn = {
    get chosen() {
      return chosen;
    },
    get count() {
      return rows().length;
    },
    choose,
    show: (style, name) => {
      mark.setAttribute('style', style);
      mark.className = `wx-pick-mark ${name}`;
      layOut();
    },
  };
  return { attached: () => queueMicrotask(layOut) };
}

function startPickerView(context: TagContext): TagLife {
  const { host, get, set, trigger } = context;
  const columns = (): NonNullable<ColumnHost['wxColumn']>[] =>
    [...host.querySelectorAll<ColumnHost>('wx-picker-view-column')].flatMap(({ wxColumn }) => wxColumn ?? []);
  const show = (): void => {
    const value = get('value');
    const wanted = Array.isArray(value) ? value.map(Number) : [];
    columns().forEach((column, index) => {
      column.show(String(get('indicatorStyle') ?? ''), String(get('indicatorClass') ?? ''));
      column.choose(wanted[index] ?? 0, false);
    });
  };
  // Columns and rows may come in the same update.
  const showSoon = (): void => queueMicrotask(show);
  host.addEventListener(settled, () => {
    const value = columns().map(({ chosen }) => chosen);
    set('value', value);
    trigger('change', { value });
    trigger('pickend');
  });
  host.addEventListener('pointerdown', () => trigger('pickstart'));
  host.wxField = {
    get name() {
      return String(get('name') ?? '');
    },
    get value() {
      return columns().map(({ chosen }) => chosen);
    },
    reset: showSoon,
    activate: () => undefined,
  };
  return {
    attached: showSoon,
    changed: (name, value) => {
      const now = columns().map(({ chosen }) => chosen);
      if (name === 'value' && Array.isArray(value) && value.every((one, index) => Number(one) === now[index])) return;
      showSoon();
    },
  };
}

/** Columns of rows to choose from, in the page itself. */
export const pickerViewTags: { readonly [tag: string]: TagDefinition } = {
  'picker-view': {
    properties: {
      value: Array,
      name: String,
      indicatorStyle: String,
      indicatorClass: String,
      maskStyle: String,
      maskClass: String,
      immediateChange: Boolean,
    },
    start: startPickerView,
  },
  'picker-view-column': { properties: {}, start: startColumn },
};
