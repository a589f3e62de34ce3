import type { TagContext, TagDefinition } from './tag.ts';

type Texts = readonly string[];

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

async function pickFromRange(context: TagContext): Promise<void> {
  const { get, set, trigger, environment } = context;
  const many = get('mode') === 'multiSelector';
  const range = get('range');
  const lists = many && Array.isArray(range) ? range : [range];
  const value = get('value');
  const picked = await environment.pick({
    title: String(get('headerText') ?? ''),
    columns: lists.map((list) => textsOf(list, get('rangeKey'))),
    chosen: many && Array.isArray(value) ? value.map(Number) : [Number(value) || 0],
    columnChanged: (column, chosen) => {
      if (many) trigger('columnchange', { column, value: chosen });
    },
  });
  if (picked === undefined) {
    trigger('cancel');
    return;
  }
  const result = many ? [...picked] : String(picked[0] ?? 0);
  set('value', many ? result : Number(result));
  trigger('change', { value: result });
}

function startPicker(context: TagContext): undefined {
  const { host, get } = context;
  const open = (): void => {
    if (get('disabled') === true) return;
    const mode = String(get('mode') || 'selector');
    if (mode === 'region') {
      context.environment.warn('<picker mode="region"> is not simulated');
      return;
    }
    void (mode === 'date' || mode === 'time' ? pickParts(context) : pickFromRange(context));
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
  return undefined;
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
