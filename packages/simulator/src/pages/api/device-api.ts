import { type ApiCalls, CallFailure, type CallOptions } from './api-call.ts';
import type { ExtConfig, PlatformHooks } from './platform-hooks.ts';

type Api = { [name: string]: (...args: never[]) => unknown };

/** What the device calls need to know of the phone. */
export interface DeviceView {
  readonly screen: HTMLElement;
  readonly document: Document;
  readonly platform: string;
  readonly baseLibrary: string;
  readonly appId: string;
  readonly language: string;
  theme(): string;
  readonly launch: object;
  /** What the mini program's `ext.json` says, if it has one. */
  readonly extJson: unknown;
  onThemeChange(listener: (result: { theme: string }) => void): void;
}

interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function windowInfo({ screen, document }: DeviceView): object {
  const view = document.defaultView;
  const windowWidth = screen.clientWidth || view?.innerWidth || 375;
  const windowHeight = (screen.querySelector('.mh-pages')?.clientHeight ?? 0) || view?.innerHeight || 667;
  const screenHeight = view?.innerHeight ?? windowHeight;
  const safeArea = {
    left: 0,
    right: windowWidth,
    top: 20,
    bottom: screenHeight,
    width: windowWidth,
    height: screenHeight - 20,
  };
  return {
    pixelRatio: view?.devicePixelRatio ?? 2,
    screenWidth: windowWidth,
    screenHeight,
    windowWidth,
    windowHeight,
    statusBarHeight: 20,
    screenTop: 0,
    safeArea,
  };
}

function baseInfo(view: DeviceView): object {
  return {
    SDKVersion: view.baseLibrary,
    language: view.language,
    version: '8.0.60',
    theme: view.theme(),
    enableDebug: false,
    fontSizeSetting: 16,
    host: { env: 'WeChat', appId: view.appId },
  };
}

function deviceInfo(view: DeviceView): object {
  const brands: { readonly [platform: string]: string } = { ios: 'iPhone', android: 'Android', devtools: 'devtools' };
  const brand = brands[view.platform] ?? view.platform;
  return { platform: view.platform, brand, model: brand, system: `${brand} 16`, abi: '', benchmarkLevel: 50 };
}

function capsuleRect({ screen }: DeviceView): Rect & { right: number; bottom: number } {
  const width = screen.clientWidth || 375;
  return { left: width - 92, right: width - 8, top: 26, bottom: 56, width: 84, height: 30 };
}

function extConfigOf(extJson: unknown): ExtConfig {
  const { extEnable = false, ext = {} } = (extJson ?? {}) as { extEnable?: boolean; ext?: ExtConfig };
  return extEnable ? ext : {};
}

/** What the phone is, its clipboard, and the calls that ask somebody for leave. */
export function deviceApi(calls: ApiCalls, view: DeviceView, hooks: PlatformHooks): Api {
  let clipboard = '';
  const systemInfo = (): object => ({ ...windowInfo(view), ...baseInfo(view), ...deviceInfo(view) });
  const extConfig = hooks.extConfig ?? extConfigOf(view.extJson);
  const api: Api = {
    getSystemInfoSync: systemInfo,
    getSystemInfo: (options?: CallOptions) => calls.answer('getSystemInfo', options, systemInfo),
    getSystemInfoAsync: (options?: CallOptions) => calls.answer('getSystemInfoAsync', options, systemInfo),
    getWindowInfo: () => windowInfo(view),
    getAppBaseInfo: () => baseInfo(view),
    getDeviceInfo: () => deviceInfo(view),
    getMenuButtonBoundingClientRect: () => capsuleRect(view),
    getLaunchOptionsSync: () => view.launch,
    getEnterOptionsSync: () => view.launch,
    getAccountInfoSync: () => ({ miniProgram: { appId: view.appId, envVersion: 'develop', version: '' }, plugin: {} }),
    // A copy for each, as on a phone.
    getExtConfigSync: () => structuredClone(extConfig),
    getExtConfig: (options?: CallOptions) =>
      calls.answer('getExtConfig', options, () => ({ extConfig: structuredClone(extConfig) })),
    onThemeChange: view.onThemeChange,
    setClipboardData: (options: CallOptions & { data: string }) =>
      calls.answer('setClipboardData', options, () => {
        clipboard = String(options.data);
        view.document.defaultView?.navigator.clipboard?.writeText(clipboard).catch(() => undefined);
        return {};
      }),
    getClipboardData: (options?: CallOptions) => calls.answer('getClipboardData', options, () => ({ data: clipboard })),
    requestSubscribeMessage: (options: CallOptions & { tmplIds: string[] }) =>
      calls.answer('requestSubscribeMessage', options, () => {
        if (!Array.isArray(options.tmplIds) || options.tmplIds.length === 0)
          throw new CallFailure("TmplIds can't be empty");
        return hooks.subscribe?.(options.tmplIds) ?? Object.fromEntries(options.tmplIds.map((id) => [id, 'accept']));
      }),
    getSetting: (options?: CallOptions) =>
      calls.answer('getSetting', options, () => ({ authSetting: {}, subscriptionsSetting: { mainSwitch: true } })),
    getUserProfile: (options?: CallOptions) =>
      calls.answer('getUserProfile', options, () => ({ userInfo: { nickName: '微信用户', avatarUrl: '', gender: 0 } })),
    getUserInfo: (options?: CallOptions) =>
      calls.answer('getUserInfo', options, () => ({ userInfo: { nickName: '微信用户', avatarUrl: '', gender: 0 } })),
    checkSession: (options?: CallOptions) => calls.answer('checkSession', options, () => ({})),
  };
  const { login } = hooks;
  if (login !== undefined) {
    api.login = (options?: CallOptions) => calls.answer('login', options, async () => ({ code: await login() }));
  }
  return { ...api, ...silentApi(calls) };
}

// Calls that succeed and show nothing.
const silent =
  'vibrateShort vibrateLong setKeepScreenOn hideKeyboard showShareMenu hideShareMenu updateShareMenu hideHomeButton ' +
  'setBackgroundColor setBackgroundTextStyle loadFontFace setEnableDebug reportEvent setScreenBrightness authorize ' +
  'openSetting openDocument saveImageToPhotosAlbum setVisualEffectOnCapture setInnerAudioOption makePhoneCall';

function silentApi(calls: ApiCalls): Api {
  const names = silent
    .split(' ')
    .map((name) => [name, (options?: CallOptions) => calls.answer(name, options, () => ({}))] as const);
  const updates = {
    onCheckForUpdate: () => undefined,
    onUpdateReady: () => undefined,
    onUpdateFailed: () => undefined,
    applyUpdate: () => undefined,
  };
  return {
    ...Object.fromEntries(names),
    reportAnalytics: () => undefined,
    reportMonitor: () => undefined,
    getUpdateManager: () => updates,
    getLogManager: () => console,
    getRealtimeLogManager: () => ({
      ...console,
      setFilterMsg: () => undefined,
      addFilterMsg: () => undefined,
      in: () => undefined,
    }),
    onMemoryWarning: () => undefined,
    onKeyboardHeightChange: () => undefined,
    offKeyboardHeightChange: () => undefined,
    onWindowResize: () => undefined,
    offWindowResize: () => undefined,
    offThemeChange: () => undefined,
    onUnhandledRejection: () => undefined,
    onError: () => undefined,
    onPageNotFound: () => undefined,
  };
}
