/** The page around the phones: their controls, and the log of what they say. */

import { LogView } from './log-view.ts';
import type { PhoneControl } from './phone-frame.ts';
import { type Language, type Texts, textsOf } from './texts.ts';

interface Settings {
  lang: Language;
  count: number;
  look: 'light' | 'dark' | '';
  theme: 'light' | 'dark';
  platform: { [phone: string]: string };
}

function readSettings(): Settings {
  const query = new URLSearchParams(location.search);
  const stored = JSON.parse(localStorage.getItem('minihub:settings') ?? '{}') as Partial<Settings>;
  const asked = query.get('lang') ?? document.documentElement.dataset.lang ?? '';
  const lang =
    asked === 'zh' || asked === 'en' ? asked : (stored.lang ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'));
  const count = Number(query.get('phones') ?? stored.count ?? 1) === 2 ? 2 : 1;
  return { look: '', theme: 'light', platform: {}, ...stored, lang, count };
}

const settings = readSettings();
const texts: Texts = textsOf(settings.lang);

function save(): void {
  localStorage.setItem('minihub:settings', JSON.stringify(settings));
}

function element<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no #${id}`);
  return found as Type;
}

function make(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** One phone's frame. */
class PhoneView {
  readonly name: string;
  readonly figure: HTMLElement = make('figure', 'phone');
  readonly #frame: HTMLIFrameElement = document.createElement('iframe');
  readonly #caption: HTMLElement = make('figcaption', '');
  readonly #ready: (control: PhoneControl, phone: string) => void;

  constructor(name: string, ready: (control: PhoneControl, phone: string) => void) {
    this.name = name;
    this.#ready = ready;
    this.figure.id = `phone-${name}`;
    this.#frame.name = `phone-${name}`;
    this.#frame.title = `${texts.phone} ${name}`;
    this.#frame.allow = 'clipboard-read; clipboard-write';
    const bezel = make('div', 'bezel');
    bezel.append(this.#frame);
    this.figure.append(bezel, this.#caption);
    this.load();
  }

  get control(): PhoneControl | undefined {
    return this.#frame.contentWindow?.minihubPhone;
  }

  load(): void {
    const query = new URLSearchParams({
      name: this.name,
      lang: settings.lang,
      theme: settings.theme,
      platform: settings.platform[this.name] ?? 'android',
    });
    this.#frame.src = `/phone?${query}`;
    const wait = (): void => {
      const { control } = this;
      if (control === undefined) setTimeout(wait, 50);
      else this.#ready(control, this.name);
    };
    this.#frame.onload = wait;
  }

  showState(): void {
    const phone = this.control?.phone;
    if (phone === undefined) return;
    const parts = [
      `${texts.phone} ${this.name}`,
      phone.phone.platform,
      texts.state[phone.app.state],
      `${phone.sockets.length} ${phone.sockets.length === 1 ? texts.socket : texts.sockets}`,
    ];
    this.#caption.textContent = parts.join(' · ');
  }
}

let phones: PhoneView[] = [];
let target = 'all';
const traffic = new LogView(element('traffic'), element('traffic-empty'), texts);
const consoleLog = new LogView(element('console'), element('console-empty'), texts);

function controls(): PhoneControl[] {
  const chosen = phones.filter(({ name }) => target === 'all' || name === target);
  return chosen.flatMap(({ control }) => (control === undefined ? [] : [control]));
}

function ready(control: PhoneControl, phone: string): void {
  control.listen((report) => (report.kind === 'traffic' ? traffic : consoleLog).add(phone, report));
}

function showPhones(): void {
  phones = Array.from({ length: settings.count }, (_, index) => new PhoneView(String(index + 1), ready));
  element('phones').replaceChildren(...phones.map(({ figure }) => figure));
  element('phones').dataset.count = String(settings.count);
  if (settings.count === 1) target = 'all';
  element('target').hidden = settings.count === 1;
  showTarget();
}

function showTarget(): void {
  for (const button of element('target').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.value === target));
  }
  for (const { name, figure } of phones)
    figure.toggleAttribute('data-chosen', settings.count === 2 && (target === 'all' || target === name));
}

function setPressed(group: string, value: string): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(`[data-group="${group}"] button`)) {
    button.setAttribute('aria-pressed', String(button.value === value));
  }
}

/** Calls `act` with the value of the button that is pressed in a group of buttons. */
function group(name: string, act: (value: string) => void): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(`[data-group="${name}"] button`)) {
    button.addEventListener('click', () => act(button.value));
  }
}

function conditions(): void {
  const read = (id: string): number => element<HTMLInputElement>(id).valueAsNumber;
  element('latency-value').textContent = `${read('latency')} ms`;
  element('jitter-value').textContent = `${read('jitter')} ms`;
  element('loss-value').textContent = `${read('loss')} %`;
  for (const { phone } of controls()) {
    phone.network.setConditions({ latencyMs: read('latency'), jitterMs: read('jitter'), loss: read('loss') / 100 });
  }
}

function listenNetwork(): void {
  group('network', (value) => {
    for (const { phone } of controls()) phone.network.switchTo(value as 'wifi');
    refresh();
  });
  group('weak', () => {
    for (const { phone } of controls()) phone.network.weak(!phone.network.isWeak);
    refresh();
  });
  for (const id of ['latency', 'jitter', 'loss']) element(id).addEventListener('input', conditions);
  group('lose', (value) => {
    for (const { phone } of controls()) phone.network.lose(value as 'reset');
  });
}

function listenApp(): void {
  group('app', (value) => {
    for (const control of controls()) {
      if (value === 'hide') control.hide();
      else if (value === 'show') control.show();
      else if (value === 'pull') control.program?.pullDown();
      else control.program?.back();
    }
    refresh();
  });
  group('skip', (value) => {
    for (const control of controls()) void control.skip(Number(value) * 1000);
  });
  group('reload', () => {
    for (const view of phones) if (target === 'all' || view.name === target) view.load();
  });
  group('platform', (value) => {
    for (const view of phones) {
      if (target !== 'all' && view.name !== target) continue;
      settings.platform[view.name] = value;
      view.load();
    }
    save();
    setPressed('platform', value);
  });
  group('theme', (value) => {
    settings.theme = value === 'dark' ? 'dark' : 'light';
    save();
    for (const { control } of phones) control?.setTheme(settings.theme);
    showLook();
  });
}

function listenLogs(): void {
  const tabs = document.querySelectorAll<HTMLButtonElement>('[role=tab]');
  for (const tab of tabs) {
    tab.addEventListener('click', () => {
      for (const other of tabs) {
        other.setAttribute('aria-selected', String(other === tab));
        element(other.getAttribute('aria-controls') ?? '').hidden = other !== tab;
      }
    });
  }
  element('pause').addEventListener('click', () => {
    traffic.paused = !traffic.paused;
    consoleLog.paused = traffic.paused;
    element('pause').textContent = traffic.paused ? texts.resume : texts.pause;
    element('pause').setAttribute('aria-pressed', String(traffic.paused));
  });
  element('clear').addEventListener('click', () => {
    traffic.clear();
    consoleLog.clear();
  });
  const filter = element<HTMLInputElement>('filter');
  filter.addEventListener('input', () => {
    traffic.filter(filter.value);
    consoleLog.filter(filter.value);
  });
}

function showLook(): void {
  document.documentElement.dataset.look = settings.theme;
  setPressed('theme', settings.theme);
}

/** Shows what the phones are doing, which they may also change by themselves. */
function refresh(): void {
  for (const view of phones) view.showState();
  const [first] = controls();
  if (first === undefined) return;
  setPressed('network', first.phone.network.type);
  setPressed('platform', first.phone.phone.platform);
  document
    .querySelector('[data-group="weak"] button')
    ?.setAttribute('aria-pressed', String(first.phone.network.isWeak));
}

function translate(): void {
  document.documentElement.lang = settings.lang === 'zh' ? 'zh-CN' : 'en';
  document.title = `${document.documentElement.dataset.project ?? ''} · ${texts.title}`;
  for (const place of document.querySelectorAll<HTMLElement>('[data-text]')) {
    const value = texts[place.dataset.text as keyof Texts];
    if (typeof value === 'string') place.textContent = value;
  }
  element<HTMLInputElement>('filter').placeholder = texts.filter;
  element('language').addEventListener('click', () => {
    settings.lang = settings.lang === 'zh' ? 'en' : 'zh';
    save();
    const address = new URL(location.href);
    address.searchParams.set('lang', settings.lang);
    location.href = address.href;
  });
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-group="skip"] button')) {
    const seconds = Number(button.value);
    button.textContent = seconds < 60 ? `${seconds} ${texts.seconds}` : `${seconds / 60} ${texts.minutes}`;
  }
}

function followChanges(): void {
  const changes = new EventSource('/changes');
  changes.addEventListener('change', () => {
    for (const view of phones) view.load();
  });
}

translate();
listenNetwork();
listenApp();
listenLogs();
group('count', (value) => {
  settings.count = value === '2' ? 2 : 1;
  save();
  setPressed('count', value);
  showPhones();
});
group('target', (value) => {
  target = value;
  showTarget();
  refresh();
});
setPressed('count', String(settings.count));
showLook();
showPhones();
followChanges();
setInterval(refresh, 500);
