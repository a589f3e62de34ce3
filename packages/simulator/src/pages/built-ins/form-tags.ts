import { hover } from './layout-tags.ts';
import type { TagContext, TagDefinition, TagHost, TagLife } from './tag.ts';

function fieldsIn(form: HTMLElement): TagHost[] {
  return [...form.querySelectorAll<TagHost>('*')].filter(({ wxField }) => wxField !== undefined);
}

interface FormHost extends TagHost {
  wxForm?: { submit(target: unknown): void; reset(): void };
}

function startForm({ host, trigger, node }: TagContext): undefined {
  const form: FormHost = host;
  form.wxForm = {
    submit: () => {
      const value: { [name: string]: unknown } = {};
      for (const { wxField } of fieldsIn(host)) {
        if (wxField !== undefined && wxField.name !== '') value[wxField.name] = wxField.value;
      }
      trigger('submit', { value, target: { id: node.id, dataset: node.dataset }, formId: 'the formId is a mock one' });
    },
    reset: () => {
      for (const { wxField } of fieldsIn(host)) wxField?.reset();
      trigger('reset', { target: { id: node.id, dataset: node.dataset } });
    },
  };
  return undefined;
}

function showButton({ host, get }: TagContext, spinner: HTMLElement): void {
  host.setAttribute('role', 'button');
  host.setAttribute('type', String(get('type') || 'default'));
  host.setAttribute('size', String(get('size') || 'default'));
  host.toggleAttribute('plain', get('plain') === true);
  host.toggleAttribute('loading', get('loading') === true);
  host.toggleAttribute('wx-disabled', get('disabled') === true);
  host.setAttribute('aria-disabled', String(get('disabled') === true));
  host.tabIndex = get('disabled') === true ? -1 : 0;
  spinner.hidden = get('loading') !== true;
}

const openTypeEvents: { readonly [openType: string]: string } = {
  getUserInfo: 'getuserinfo',
  getPhoneNumber: 'getphonenumber',
  chooseAvatar: 'chooseavatar',
  openSetting: 'opensetting',
  contact: 'contact',
  launchApp: 'launchapp',
  agreePrivacyAuthorization: 'agreeprivacyauthorization',
};

function openTypeDetail(openType: string): object {
  if (openType === 'getUserInfo') {
    return { errMsg: 'getUserInfo:ok', userInfo: { nickName: '微信用户', avatarUrl: '', gender: 0 }, rawData: '{}' };
  }
  if (openType === 'getPhoneNumber') return { errMsg: 'getPhoneNumber:fail not simulated' };
  return { errMsg: `${openType}:ok` };
}

function startButton(context: TagContext): TagLife {
  const { host, get, trigger, make, environment } = context;
  hover(context);
  const spinner = make('i', 'wx-spinner');
  host.prepend(spinner);
  host.addEventListener('keydown', (event) => {
    if (event.target === host && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      host.click();
    }
  });
  host.addEventListener('click', () => {
    if (get('disabled') === true) return;
    const form = host.closest<FormHost>('wx-form')?.wxForm;
    // After the tap itself, which the page hears when the click has reached the root.
    queueMicrotask(() => {
      if (get('formType') === 'submit') form?.submit(host);
      else if (get('formType') === 'reset') form?.reset();
      const openType = String(get('openType') ?? '');
      const event = openTypeEvents[openType];
      if (event !== undefined) trigger(event, openTypeDetail(openType));
      else if (openType !== '') environment.warn(`<button open-type="${openType}"> is not simulated`);
    });
  });
  const show = (): void => showButton(context, spinner);
  return { attached: show, changed: show };
}

function startLabel({ host, get }: TagContext): undefined {
  host.addEventListener('click', (event) => {
    const inField = fieldsIn(host).some((field) => field.contains(event.target as Node | null));
    if (inField) return;
    const named = String(get('for') ?? '');
    const page = host.closest('wx-page') ?? host;
    const target = named === '' ? fieldsIn(host)[0] : fieldsIn(page as HTMLElement).find(({ id }) => id === named);
    target?.wxField?.activate();
  });
  return undefined;
}

/** Forms and what belongs to them. */
export const formTags: { readonly [tag: string]: TagDefinition } = {
  form: { properties: { reportSubmit: Boolean, reportSubmitTimeout: Number }, start: startForm },
  label: { properties: { for: String }, start: startLabel },
  button: {
    properties: {
      size: { type: String, value: 'default' },
      type: { type: String, value: 'default' },
      plain: Boolean,
      disabled: Boolean,
      loading: Boolean,
      formType: String,
      openType: String,
      name: String,
      lang: String,
      hoverClass: { type: String, value: 'button-hover' },
      hoverStopPropagation: Boolean,
      hoverStartTime: Number,
      hoverStayTime: Number,
      sessionFrom: String,
      sendMessageTitle: String,
      sendMessagePath: String,
      sendMessageImg: String,
      showMessageCard: Boolean,
      appParameter: String,
    },
    start: startButton,
  },
};
