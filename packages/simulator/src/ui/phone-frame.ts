/** The page in a phone's frame: a simulated phone and the mini program on it. The page around it holds the controls. */

import type { ExtConfig, TextStorage } from '../pages/api/platform-hooks.ts';
import type { CompiledMiniProgram } from '../pages/compile/compiled-program.ts';
import { placeOf } from '../pages/runtime/crash-view.ts';
import { type MiniProgram, runCompiled } from '../pages/runtime/mini-program.ts';
import type { Theme } from '../pages/runtime/theme.ts';
import type { PhonePlatform } from '../phone-quirks.ts';
import type { Routes } from '../routes.ts';
import { createPhone, type SimulatedPhone } from '../simulated-phone.ts';
import { createSkippingClock, type SkippingClock } from '../skipping-clock.ts';
import type { SocketTraffic } from '../socket-traffic.ts';
import { relayDriver } from './relay-driver.ts';
import { relayFetch } from './relay-fetch.ts';
import { type Language, textsOf } from './texts.ts';

/** Something for the log around the phone. */
export type PhoneReport =
  | { readonly kind: 'traffic'; readonly entry: SocketTraffic }
  | {
      readonly kind: 'console';
      readonly level: 'log' | 'info' | 'warn' | 'error' | 'debug';
      readonly text: string;
      readonly at: number;
    };

/** What the page around a phone may do with it. */
export interface PhoneControl {
  readonly phone: SimulatedPhone;
  readonly program: MiniProgram | undefined;
  readonly clock: SkippingClock;
  hide(): void;
  show(): void;
  skip(ms: number): Promise<void>;
  setTheme(theme: Theme): void;
  /** Hears of everything, what has happened before included. */
  listen(listener: (report: PhoneReport) => void): void;
}

declare global {
  interface Window {
    minihubPhone?: PhoneControl;
  }
}

const query = new URLSearchParams(location.search);
const name = query.get('name') ?? '1';
const language: Language = query.get('lang') === 'en' ? 'en' : 'zh';
const texts = textsOf(language);
const reports: PhoneReport[] = [];
const listeners: ((report: PhoneReport) => void)[] = [];

function report(one: PhoneReport): void {
  reports.push(one);
  if (reports.length > 2000) reports.shift();
  for (const listener of listeners) listener(one);
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no #${id}`);
  return found;
}

/** Keeps what a page stores beside what other phones and other mini programs store. */
function ownStorage(prefix: string): TextStorage {
  const keys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  return {
    get length() {
      return keys().length;
    },
    key: (index) => keys()[index]?.slice(prefix.length) ?? null,
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, value),
    removeItem: (key) => localStorage.removeItem(prefix + key),
  };
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack ?? value.message;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** The console, with everything written to the log around the phone as well. */
function reportingConsole(clock: SkippingClock): Console {
  const own: Console = Object.create(console) as Console;
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    own[level] = (...values: unknown[]) => {
      console[level](...values);
      report({ kind: 'console', level, text: values.map(shown).join(' '), at: clock.now() });
    };
  }
  return own;
}

function showStatus(phone: SimulatedPhone, clock: SkippingClock): void {
  const time = new Date(clock.now());
  element('time').textContent = `${time.getHours()}:${String(time.getMinutes()).padStart(2, '0')}`;
  element('network').textContent = phone.network.type === 'none' ? texts.offline : phone.network.type.toUpperCase();
  document.body.dataset.network = phone.network.type;
}

/** The bar with the time is part of the mini program's bar, as on a phone. */
function followBar(): void {
  const bar = document.querySelector<HTMLElement>('.mh-bar');
  const status = element('status');
  if (bar === null) return;
  const copy = (): void => {
    status.style.background = bar.hidden ? '' : bar.style.background;
    status.style.color = bar.style.color;
  };
  new MutationObserver(copy).observe(bar, { attributes: true });
  copy();
}

function showCover(phone: SimulatedPhone): void {
  const { state } = phone.app;
  const cover = element('cover');
  cover.hidden = state === 'foreground';
  cover.dataset.state = state;
  const text = {
    foreground: '',
    background: texts.inBackground,
    suspended: texts.suspended,
    destroyed: texts.destroyed,
  };
  element('cover-text').textContent = text[state];
  element('cover-button').textContent = state === 'destroyed' ? texts.restart : texts.comeBack;
}

type Loaded = { readonly program: CompiledMiniProgram; readonly extConfig?: ExtConfig; readonly routes?: Routes };

/** Why there is no program. */
type Failure = { readonly code: string; readonly text: Readonly<Record<Language, string>> };

async function load(): Promise<Loaded | undefined> {
  const answer = (await (await fetch('/program.json')).json()) as Loaded | { readonly error: Failure };
  if ('program' in answer) return answer;
  const box = document.createElement('p');
  box.className = 'failure';
  const { code, text } = answer.error;
  box.textContent = `${code}\n${text[language]}`.trim();
  element('app').append(box);
  return undefined;
}

async function start(): Promise<void> {
  const clock = createSkippingClock();
  const answer = await load();
  const loaded = answer?.program;
  const phone = createPhone({
    platform: (query.get('platform') ?? 'android') as PhonePlatform,
    clock,
    socketDriver: relayDriver(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/relay/socket`),
    fetch: relayFetch('/relay/http'),
    appId: loaded?.appId ?? 'wx0000000000000000',
    seed: Number(name) || 1,
    ...(answer?.routes && { routes: answer.routes }),
  });
  phone.phone.traffic.on((entry) => report({ kind: 'traffic', entry }));
  const log = reportingConsole(clock);
  const program =
    loaded &&
    runCompiled(loaded, {
      document,
      root: element('app'),
      phone,
      theme: query.get('theme') === 'dark' ? 'dark' : 'light',
      assetBase: '/files',
      storage: ownStorage(`minihub:${name}:${loaded.appId}:`),
      console: log,
      ...(answer?.extConfig && { extConfig: answer.extConfig }),
      ...(query.get('path') !== null && { path: query.get('path') as string }),
      onError: (error) => log.error([error.message, placeOf(error), error.during].filter(Boolean).join(' · ')),
      onWarning: (text) => log.warn(text),
    });
  const hide = (): void => {
    phone.app.hide();
    showCover(phone);
  };
  const show = (): void => {
    if (phone.app.state === 'destroyed') location.reload();
    else phone.app.show();
    showCover(phone);
  };
  const control: PhoneControl = {
    phone,
    program,
    clock,
    hide,
    show,
    skip: (ms) => clock.skip(ms),
    setTheme: (theme) => {
      document.body.dataset.theme = theme;
      program?.setTheme(theme);
    },
    listen: (listener) => {
      for (const one of reports) listener(one);
      listeners.push(listener);
    },
  };
  window.minihubPhone = control;
  document.body.dataset.theme = query.get('theme') ?? 'light';
  element('cover-button').addEventListener('click', show);
  setInterval(() => {
    showStatus(phone, clock);
    showCover(phone);
  }, 250);
  showStatus(phone, clock);
  followBar();
}

void start();
