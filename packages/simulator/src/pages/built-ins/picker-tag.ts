import { type Region, regions } from './regions.ts';
import type { TagContext, TagDefinition, TagLife } from './tag.ts';

type Texts = readonly string[];
type Show = (columns: readonly Texts[], chosen: readonly number[]) => void;

function textsOf(range: unknown, key: unknown): Texts {
  if (!Array.isArray(range)) return [];
  return range.map((item: unknown) => {
    const named = typeof item === 'object' && item !== null && typeof key === 'string' && key !== '';
    return String(named ? (item as { [name: string]: unknown })[key] : item);
  });
}

function numbers(from: number, to: number, width: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(width, '0'));
}

/** Columns of a date or a time, which part of it each is, and how the parts are joined. */
function partsOf(context: TagContext): { readonly columns: readonly Texts[]; readonly separator: string } {
  if (context.get('mode') === 'time') return { columns: [numbers(0, 23, 2), numbers(0, 59, 2)], separator: ':' };
  const year = (name: string, other: number): number =>
    Number(/^\d{4}/.exec(String(context.get(name) ?? ''))?.[0] ?? other);
  const thisYear = new Date().getFullYear();
  const columns = [
    numbers(year('start', thisYear - 50), year('end', thisYear + 20), 4),
    numbers(1, 12, 2),
    numbers(1, 31, 2),
  ];
  const shown = { year: 1, month: 2 }[String(context.get('fields'))] ?? 3;
  return { columns: columns.slice(0, shown), separator: '-' };
}

async function pickParts(context: TagContext): Promise<void> {
  const { columns, separator } = partsOf(context);
  const now = new Date();
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  const current = String(context.get('value') || (separator === '-' ? today.join('-') : '00:00')).split(separator);
  const chosen = columns.map((texts, column) => Math.max(0, texts.indexOf(current[column] ?? '')));
  const picked = await context.environment.pick({ title: String(context.get('headerText') ?? ''), columns, chosen });
  if (picked === undefined) {
    context.trigger('cancel');
    return;
  }
  const value = columns.map((texts, column) => texts[picked[column] ?? 0]).join(separator);
  context.set('value', value);
  context.trigger('change', { value });
}

/** What a picker over ranges shows: its columns, and the row of each. */
function rangesOf({ get }: TagContext): { readonly columns: readonly Texts[]; readonly chosen: readonly number[] } {
  const many = get('mode') === 'multiSelector';
  const [range, value] = [get('range'), get('value')];
  const lists = many && Array.isArray(range) ? range : [range];
  const columns = lists.map((list) => textsOf(list, get('rangeKey')));
  return { columns, chosen: many && Array.isArray(value) ? value.map(Number) : [Number(value) || 0] };
}

async function pickFromRange(context: TagContext, opened: (show: Show | undefined) => void): Promise<void> {
  const { get, set, trigger, environment } = context;
  const many = get('mode') === 'multiSelector';
  const picked = await environment.pick({
    title: String(get('headerText') ?? ''),
    ...rangesOf(context),
    columnChanged: (column, value) => {
      if (many) trigger('columnchange', { column, value });
    },
    opened,
  });
  opened(undefined);
  if (picked === undefined) {
    trigger('cancel');
    return;
  }
  const result = many ? [...picked] : String(picked[0] ?? 0);
  set('value', many ? result : Number(result));
  trigger('change', { value: result });
}

/** A place as `mode="region"` gives it. */
async function pickRegion(context: TagContext): Promise<void> {
  const { get, set, trigger, environment } = context;
  const depth = { province: 1, city: 2 }[String(get('level'))] ?? 3;
  const custom = String(get('customItem') ?? '');
  const all: Region[] = custom === '' ? [] : [{ name: custom, code: '' }];
  const wanted = get('value');
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [];
  const columnsFor = (chosen: readonly number[]): Region[][] => {
    const columns: Region[][] = [];
    let level: readonly Region[] = regions;
    for (let column = 0; column < depth; column++) {
      const shown = [...all, ...level];
      columns.push(shown);
      level = shown[chosen[column] ?? 0]?.parts ?? [];
    }
    return columns;
  };
  let chosen: number[] = [];
  for (let column = 0; column < depth; column++) {
    chosen = [
      ...chosen,
      Math.max(
        0,
        (columnsFor(chosen)[column] ?? []).findIndex(({ name }) => name === names[column]),
      ),
    ];
  }
  let show: Show | undefined;
  const textsFor = (): string[][] => columnsFor(chosen).map((column) => column.map(({ name }) => name));
  const picked = await environment.pick({
    title: String(get('headerText') ?? ''),
    columns: textsFor(),
    chosen,
    columnChanged: (column, value) => {
      chosen = [...chosen.slice(0, column), value, ...Array<number>(depth - column - 1).fill(0)];
      show?.(textsFor(), chosen);
    },
    opened: (given) => {
      show = given;
    },
  });
  if (picked === undefined) {
    trigger('cancel');
    return;
  }
  const parts = columnsFor(picked).map((column, index) => column[picked[index] ?? 0] ?? { name: '', code: '' });
  const value = parts.map(({ name }) => name);
  set('value', value);
  trigger('change', { value, code: parts.map(({ code }) => code), postcode: undefined });
}

function startPicker(context: TagContext): TagLife {
  const { host, get } = context;
  // Of a sheet that is open: pages change a column when the one before it changes.
  let show: Show | undefined;
  const opened = (given: Show | undefined): void => {
    show = given;
  };
  const open = (): void => {
    if (get('disabled') === true) return;
    const mode = String(get('mode') || 'selector');
    if (mode === 'region') void pickRegion(context);
    else void (mode === 'date' || mode === 'time' ? pickParts(context) : pickFromRange(context, opened));
  };
  host.addEventListener('click', open);
  host.wxField = {
    get name() {
      return String(get('name') ?? '');
    },
    get value() {
      return get('value');
    },
    reset: () => undefined,
    activate: open,
  };
  return {
    changed: (name) => {
      if (name !== 'range' && name !== 'value') return;
      const { columns, chosen } = rangesOf(context);
      show?.(columns, chosen);
    },
  };
}

/** A tag that opens a sheet to choose from. */
export const pickerTags: { readonly [tag: string]: TagDefinition } = {
  picker: {
    properties: {
      mode: String,
      disabled: Boolean,
      value: null,
      range: null,
      rangeKey: String,
      headerText: String,
      name: String,
      start: String,
      end: String,
      fields: String,
      customItem: String,
      level: String,
    },
    start: startPicker,
  },
};
