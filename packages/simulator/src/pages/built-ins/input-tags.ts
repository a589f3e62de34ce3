import type { TagContext, TagDefinition, TagLife } from './tag.ts';

type TextControl = HTMLInputElement | HTMLTextAreaElement;

const inputModes: { readonly [type: string]: string } = { number: 'numeric', digit: 'decimal', idcard: 'text' };

/** The words that stand in an empty field; as in WeChat they take a class and a style, which `::placeholder` cannot. */
function showPlaceholder({ get, node }: TagContext, control: TextControl, label: HTMLElement): void {
  label.textContent = String(get('placeholder') ?? '');
  control.placeholder = String(get('placeholder') ?? '');
  label.hidden = control.value !== '';
  label.setAttribute('style', String(get('placeholderStyle') ?? ''));
  const prefix = /^(.*--)/.exec(firstClass(node.getBackendElement?.()))?.[1] ?? '';
  const named = String(get('placeholderClass') ?? '')
    .split(/\s+/)
    .filter((name) => name !== '');
  label.className = ['wx-placeholder', ...named.map((name) => prefix + name)].join(' ');
}

function firstClass(host: HTMLElement | null | undefined): string {
  return host?.classList[0] ?? '';
}

function limit(context: TagContext, control: TextControl): void {
  const most = Number(context.get('maxlength'));
  if (most >= 0) control.maxLength = most;
  else control.removeAttribute('maxlength');
}

/** Tells the page that the text is another; what its listener returns takes the text's place. */
function tellInput(context: TagContext, control: TextControl): void {
  const { value } = control;
  context.set('value', value);
  const handleListenerReturn = (result: unknown): undefined => {
    const replaced = typeof result === 'object' && result !== null && 'value' in result ? result.value : result;
    if (typeof replaced === 'string' || typeof replaced === 'number') context.set('value', String(replaced));
  };
  const cursor = control.selectionEnd ?? value.length;
  context.trigger('input', { value, cursor, keyCode: 0 }, { handleListenerReturn });
}

function startText(context: TagContext, control: TextControl): TagLife {
  const { host, get, trigger, make } = context;
  const label = make('div', 'wx-placeholder');
  host.append(label, control);
  const refresh = (): void => showPlaceholder(context, control, label);
  let initial = '';
  control.addEventListener('input', () => {
    refresh();
    tellInput(context, control);
  });
  control.addEventListener('focus', () => trigger('focus', { value: control.value, height: 0 }));
  control.addEventListener('blur', () => trigger('blur', { value: control.value, cursor: control.selectionEnd ?? 0 }));
  control.addEventListener('change', () => trigger('change', { value: control.value }));
  host.wxField = {
    get name() {
      return String(get('name') ?? '');
    },
    get value() {
      return control.value;
    },
    reset: () => context.set('value', initial),
    activate: () => control.focus(),
  };
  return {
    attached: () => {
      initial = String(get('value') ?? '');
      limit(context, control);
      refresh();
      if (get('focus') === true || get('autoFocus') === true) control.focus();
    },
    changed: (name, value) => {
      if (name === 'value') {
        const text = String(value ?? '');
        if (control.value !== text) control.value = text;
      } else if (name === 'disabled') control.disabled = value === true;
      else if (name === 'maxlength') limit(context, control);
      else if (name === 'focus') value === true ? control.focus() : control.blur();
      refresh();
    },
  };
}

function startInput(context: TagContext): TagLife {
  const { get, trigger } = context;
  const control = context.make('input', 'wx-control');
  const life = startText(context, control);
  const showType = (): void => {
    const type = String(get('type') ?? 'text');
    control.type = get('password') === true || type === 'safe-password' ? 'password' : 'text';
    control.inputMode = inputModes[type] ?? 'text';
    control.enterKeyHint =
      String(get('confirmType') ?? 'done') === 'return' ? 'enter' : String(get('confirmType') ?? 'done');
  };
  control.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    trigger('confirm', { value: control.value });
    if (get('confirmHold') !== true) control.blur();
  });
  return {
    attached: () => {
      showType();
      life.attached?.();
    },
    changed: (name, value) => {
      if (name === 'type' || name === 'password' || name === 'confirmType') showType();
      life.changed?.(name, value);
    },
  };
}

function startTextarea(context: TagContext): TagLife {
  const { get, trigger, make } = context;
  const control = make('textarea', 'wx-control');
  const life = startText(context, control);
  let lines = 0;
  const fit = (): void => {
    context.host.toggleAttribute('auto-height', get('autoHeight') === true);
    if (get('autoHeight') === true) {
      control.style.height = 'auto';
      control.style.height = `${control.scrollHeight}px`;
    }
    const count = control.value.split('\n').length;
    if (count !== lines) {
      lines = count;
      trigger('linechange', { height: control.scrollHeight, heightRpx: control.scrollHeight * 2, lineCount: count });
    }
  };
  control.addEventListener('input', fit);
  control.addEventListener('keydown', (event) => {
    // A key "send", "search"… instead of "return" does not make a new line.
    if (event.key !== 'Enter' || event.isComposing || event.shiftKey) return;
    if (String(get('confirmType') || 'return') === 'return') return;
    event.preventDefault();
    trigger('confirm', { value: control.value });
  });
  return {
    attached: () => {
      life.attached?.();
      fit();
    },
    changed: (name, value) => {
      life.changed?.(name, value);
      if (name === 'value' || name === 'autoHeight') fit();
    },
  };
}

const textProperties = {
  value: null,
  name: String,
  placeholder: String,
  placeholderStyle: String,
  placeholderClass: String,
  disabled: Boolean,
  maxlength: { type: Number, value: 140 },
  focus: Boolean,
  autoFocus: Boolean,
  cursor: Number,
  cursorSpacing: Number,
  cursorColor: String,
  selectionStart: Number,
  selectionEnd: Number,
  adjustPosition: Boolean,
  holdKeyboard: Boolean,
  confirmType: String,
  confirmHold: Boolean,
};

/** Tags for text that people write. */
export const inputTags: { readonly [tag: string]: TagDefinition } = {
  input: {
    properties: {
      ...textProperties,
      type: { type: String, value: 'text' },
      password: Boolean,
      alwaysEmbed: Boolean,
      safePasswordCertPath: String,
    },
    start: startInput,
  },
  textarea: {
    properties: {
      ...textProperties,
      autoHeight: Boolean,
      fixed: Boolean,
      showConfirmBar: Boolean,
      disableDefaultPadding: Boolean,
      autofocus: Boolean,
    },
    start: startTextarea,
  },
};
