import type { TagContext, TagDefinition, TagHost, TagLife } from './tag.ts';

/** What a group of boxes or buttons hears when one of them is tapped. */
interface Choice {
  readonly value: string;
  checked: boolean;
}

interface ChoiceHost extends TagHost {
  wxChoice?: Choice;
}

function choicesIn(group: HTMLElement, tag: string): Choice[] {
  return [...group.querySelectorAll<ChoiceHost>(tag)].flatMap(({ wxChoice }) =>
    wxChoice === undefined ? [] : [wxChoice],
  );
}

/** A box or a button that is part of a group. */
function startChoice(kind: 'checkbox' | 'radio'): (context: TagContext) => TagLife {
  return (context) => {
    const host: ChoiceHost = context.host;
    const mark = context.make('span', `wx-mark wx-mark-${kind}`);
    host.prepend(mark);
    let checked = false;
    const show = (on: boolean): void => {
      checked = on;
      host.toggleAttribute('data-checked', on);
      mark.style.color = String(context.get('color') || '');
    };
    host.setAttribute('role', kind);
    host.wxChoice = {
      get value() {
        return String(context.get('value') ?? '');
      },
      get checked() {
        return checked;
      },
      set checked(on: boolean) {
        show(on);
      },
    };
    const toggle = (): void => {
      if (context.get('disabled') === true || (kind === 'radio' && checked)) return;
      const group = host.closest<TagHost>(`wx-${kind}-group`);
      if (kind === 'radio' && group !== null) for (const other of choicesIn(group, 'wx-radio')) other.checked = false;
      show(!checked);
      group?.dispatchEvent(new (eventOf(host))('wxchoice'));
    };
    const native = (event: Event): void => {
      event.stopPropagation();
      toggle();
    };
    host.addEventListener('wxactivate', native);
    host.addEventListener('click', () => {
      // A label around it hears the same click, and must not undo it.
      toggle();
    });
    host.wxField = { name: '', value: undefined, reset: () => show(context.get('checked') === true), activate: toggle };
    return {
      attached: () => show(context.get('checked') === true),
      changed: (name, value) => {
        if (name === 'checked') show(value === true);
        else if (name === 'disabled') host.toggleAttribute('wx-disabled', value === true);
      },
    };
  };
}

function eventOf(host: HTMLElement): typeof Event {
  return (host.ownerDocument.defaultView as unknown as { Event: typeof Event }).Event;
}

function startGroup(kind: 'checkbox' | 'radio'): (context: TagContext) => undefined {
  return ({ host, get, trigger }) => {
    const currentValue = (): string | string[] => {
      const chosen = choicesIn(host, `wx-${kind}`).flatMap(({ checked, value }) => (checked ? [value] : []));
      return kind === 'radio' ? (chosen[0] ?? '') : chosen;
    };
    host.addEventListener('wxchoice', () => trigger('change', { value: currentValue() }));
    host.wxField = {
      get name() {
        return String(get('name') ?? '');
      },
      get value() {
        return currentValue();
      },
      reset: () => undefined,
      activate: () => undefined,
    };
    return undefined;
  };
}

function startSwitch(context: TagContext): TagLife {
  const { host, get, set, trigger, make } = context;
  const track = make('span', 'wx-switch-track');
  host.prepend(track);
  host.setAttribute('role', 'switch');
  const show = (): void => {
    const on = get('checked') === true;
    host.toggleAttribute('data-checked', on);
    host.setAttribute('aria-checked', String(on));
    host.setAttribute('data-type', String(get('type') || 'switch'));
    track.style.background = on ? String(get('color') || '') : '';
  };
  const toggle = (): void => {
    if (get('disabled') === true) return;
    set('checked', get('checked') !== true);
    trigger('change', { value: get('checked') === true });
  };
  let initial: unknown;
  host.addEventListener('click', toggle);
  host.wxField = {
    get name() {
      return String(get('name') ?? '');
    },
    get value() {
      return get('checked') === true;
    },
    reset: () => set('checked', initial === true),
    activate: toggle,
  };
  return {
    attached: () => {
      initial = get('checked');
      show();
    },
    changed: (name, value) => {
      if (name === 'disabled') host.toggleAttribute('wx-disabled', value === true);
      show();
    },
  };
}

function startSlider(context: TagContext): TagLife {
  const { host, get, set, trigger, make } = context;
  const control = make('input', 'wx-range');
  control.type = 'range';
  const shown = make('span', 'wx-range-value');
  host.append(control, shown);
  const show = (): void => {
    control.min = String(get('min') ?? 0);
    control.max = String(get('max') ?? 100);
    control.step = String(get('step') || 1);
    control.value = String(get('value') ?? 0);
    control.disabled = get('disabled') === true;
    control.style.accentColor = String(get('activeColor') || get('selectedColor') || '');
    shown.textContent = get('showValue') === true ? control.value : '';
  };
  control.addEventListener('input', () => {
    set('value', Number(control.value));
    trigger('changing', { value: Number(control.value) });
  });
  control.addEventListener('change', () => trigger('change', { value: Number(control.value) }));
  let initial: unknown;
  host.wxField = {
    get name() {
      return String(get('name') ?? '');
    },
    get value() {
      return Number(get('value'));
    },
    reset: () => set('value', initial),
    activate: () => control.focus(),
  };
  return {
    attached: () => {
      initial = get('value');
      show();
    },
    changed: show,
  };
}

const choiceProperties = {
  value: String,
  checked: Boolean,
  disabled: Boolean,
  color: String,
  backgroundColor: String,
  borderColor: String,
  activeBackgroundColor: String,
  activeBorderColor: String,
  iconColor: String,
};

/** Tags to choose with. */
export const choiceTags: { readonly [tag: string]: TagDefinition } = {
  checkbox: { properties: choiceProperties, start: startChoice('checkbox') },
  radio: { properties: choiceProperties, start: startChoice('radio') },
  'checkbox-group': { properties: { name: String }, start: startGroup('checkbox') },
  'radio-group': { properties: { name: String }, start: startGroup('radio') },
  switch: {
    properties: { checked: Boolean, disabled: Boolean, type: String, color: String, name: String },
    start: startSwitch,
  },
  slider: {
    properties: {
      min: Number,
      max: { type: Number, value: 100 },
      step: { type: Number, value: 1 },
      value: Number,
      disabled: Boolean,
      name: String,
      color: String,
      selectedColor: String,
      activeColor: String,
      backgroundColor: String,
      blockSize: Number,
      blockColor: String,
      showValue: Boolean,
    },
    start: startSlider,
  },
};
