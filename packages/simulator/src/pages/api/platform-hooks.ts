/** A file that somebody chose. */
export interface ChosenFile {
  readonly name: string;
  readonly type: string;
  readonly data: ArrayBuffer;
}

/** What a page may ask of the person who holds the phone, and of the phone itself; each can be given by a test. */
export interface PlatformHooks {
  /** Chooses images for `wx.chooseImage` and `wx.chooseMedia`. @defaultValue the browser's own file dialog */
  readonly chooseFiles?: (request: {
    readonly count: number;
    readonly accept: string;
  }) => Promise<readonly ChosenFile[]>;
  /** Answers `wx.login` with a code. @defaultValue what the `wx` object says */
  readonly login?: () => string | Promise<string>;
  /** Answers `wx.requestSubscribeMessage`. @defaultValue everything is accepted */
  readonly subscribe?: (templateIds: readonly string[]) => { readonly [templateId: string]: string };
  /**
   * What `wx.getExtConfigSync` gives: settings from outside, the address of a server for example.
   * @defaultValue `ext` of the mini program's `ext.json`, if that says `extEnable`; else nothing
   */
  readonly extConfig?: ExtConfig;
  /** Where `wx.setStorage` puts things. @defaultValue memory, gone with the runner */
  readonly storage?: TextStorage;
}

/** Settings that a mini program is given from outside. */
export type ExtConfig = { readonly [name: string]: unknown };

/** A place for texts by key: `localStorage`, for example. */
export interface TextStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** A {@link TextStorage} in memory. */
export function memoryStorage(): TextStorage {
  const texts = new Map<string, string>();
  return {
    get length() {
      return texts.size;
    },
    key: (index) => [...texts.keys()][index] ?? null,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => {
      texts.set(key, value);
    },
    removeItem: (key) => {
      texts.delete(key);
    },
  };
}
