import { type ApiCalls, CallFailure, type CallOptions } from './api-call.ts';
import type { ChosenFile, PlatformHooks } from './platform-hooks.ts';

type Api = { [name: string]: (...args: never[]) => unknown };

interface KeptFile {
  readonly path: string;
  readonly data: ArrayBuffer;
  readonly type: string;
}

/** Asks the person at the browser for files. */
function askBrowser(document: Document): NonNullable<PlatformHooks['chooseFiles']> {
  return ({ count, accept }) =>
    new Promise((resolve, reject) => {
      const field = document.createElement('input');
      field.type = 'file';
      field.accept = accept;
      field.multiple = count > 1;
      field.addEventListener('cancel', () => reject(new CallFailure('cancel')));
      field.addEventListener('change', () => {
        const files = [...(field.files ?? [])].slice(0, count);
        const read = async (file: File): Promise<ChosenFile> => {
          return { name: file.name, type: file.type, data: await file.arrayBuffer() };
        };
        Promise.all(files.map(read)).then(resolve, reject);
      });
      field.click();
    });
}

/** Bytes as text: `base64`, `hex`, or UTF-8. */
export function encode(data: ArrayBuffer, encoding: string): string {
  const bytes = new Uint8Array(data);
  if (encoding === 'base64' || encoding === 'binary') {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return encoding === 'base64' ? btoa(text) : text;
  }
  if (encoding === 'hex') return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return new TextDecoder().decode(bytes);
}

interface ReadOptions extends CallOptions {
  filePath: string;
  encoding?: string;
  position?: number;
  length?: number;
}

/** Files that somebody chose, or that the page wrote. They are in memory, and gone with the runner. */
export class FileShelf {
  readonly #files: Map<string, KeptFile> = new Map();
  readonly #document: Document;
  #last = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  keep(file: ChosenFile): KeptFile {
    const ending = /\.\w+$/.exec(file.name)?.[0] ?? '';
    const path = `http://tmp/minihub-${++this.#last}${ending}`;
    return this.put(path, file.data, file.type);
  }

  put(path: string, data: ArrayBuffer, type = ''): KeptFile {
    const kept = { path, data, type };
    this.#files.set(path, kept);
    return kept;
  }

  remove(path: string): boolean {
    return this.#files.delete(path);
  }

  read(path: string): KeptFile {
    const kept = this.#files.get(path);
    if (kept === undefined) throw new CallFailure(`no such file or directory, open '${path}'`);
    return kept;
  }

  /** What an `<img>` can show of a kept file; undefined if it is none. */
  urlOf(path: string): string | undefined {
    const kept = this.#files.get(path);
    const view = this.#document.defaultView as (Window & typeof globalThis) | null;
    if (kept === undefined || view === null) return undefined;
    if (typeof view.URL.createObjectURL !== 'function')
      return `data:${kept.type};base64,${encode(kept.data, 'base64')}`;
    return view.URL.createObjectURL(new view.Blob([kept.data], { type: kept.type }));
  }
}

function fileManager(calls: ApiCalls, shelf: FileShelf): object {
  const read = ({ filePath, encoding, position = 0, length }: ReadOptions): string | ArrayBuffer => {
    const { data } = shelf.read(filePath);
    const part = data.slice(position, length === undefined ? undefined : position + length);
    return encoding === undefined ? part : encode(part, encoding);
  };
  const write = (filePath: string, data: string | ArrayBuffer): void => {
    shelf.put(filePath, typeof data === 'string' ? new TextEncoder().encode(data).buffer : data.slice(0));
  };
  return {
    readFile: (options: ReadOptions) => calls.answer('readFile', options, () => ({ data: read(options) })),
    readFileSync: (filePath: string, encoding?: string, position?: number, length?: number) =>
      read({ filePath, ...(encoding && { encoding }), ...(position && { position }), ...(length && { length }) }),
    writeFile: (options: CallOptions & { filePath: string; data: string | ArrayBuffer }) =>
      calls.answer('writeFile', options, () => {
        write(options.filePath, options.data);
        return {};
      }),
    writeFileSync: write,
    getFileInfo: (options: ReadOptions) =>
      calls.answer('getFileInfo', options, () => ({ size: shelf.read(options.filePath).data.byteLength })),
    access: (options: CallOptions & { path: string }) =>
      calls.answer('access', options, () => {
        shelf.read(options.path);
        return {};
      }),
    accessSync: (path: string) => {
      shelf.read(path);
    },
    unlink: (options: ReadOptions) =>
      calls.answer('unlink', options, () => {
        if (!shelf.remove(options.filePath)) throw new CallFailure(`no such file or directory ${options.filePath}`);
        return {};
      }),
    statSync: (path: string) => ({
      size: shelf.read(path).data.byteLength,
      isFile: () => true,
      isDirectory: () => false,
    }),
  };
}

/** Choosing images, and reading what was chosen. */
export function filesApi(calls: ApiCalls, shelf: FileShelf, hooks: PlatformHooks, document: Document): Api {
  const chooseFiles = hooks.chooseFiles ?? askBrowser(document);
  const choose = async (count: number, accept: string): Promise<KeptFile[]> => {
    const files = await chooseFiles({ count, accept });
    if (files.length === 0) throw new CallFailure('cancel');
    return files.map((file) => shelf.keep(file));
  };
  const manager = fileManager(calls, shelf);
  return {
    getFileSystemManager: () => manager,
    chooseImage: (options: CallOptions & { count?: number }) =>
      calls.answer('chooseImage', options, async () => {
        const files = await choose(options.count ?? 9, 'image/*');
        const tempFiles = files.map(({ path, data }) => ({ path, size: data.byteLength }));
        return { tempFilePaths: files.map(({ path }) => path), tempFiles };
      }),
    chooseMedia: (options: CallOptions & { count?: number; mediaType?: string[] }) =>
      calls.answer('chooseMedia', options, async () => {
        const kinds = options.mediaType ?? ['image', 'video'];
        const files = await choose(options.count ?? 9, kinds.includes('video') ? 'image/*,video/*' : 'image/*');
        const tempFiles = files.map(({ path, data, type }) => ({
          tempFilePath: path,
          size: data.byteLength,
          fileType: type.startsWith('video') ? 'video' : 'image',
        }));
        return { tempFiles, type: tempFiles[0]?.fileType ?? 'image' };
      }),
    chooseMessageFile: (options: CallOptions & { count?: number }) =>
      calls.answer('chooseMessageFile', options, async () => {
        const files = await choose(options.count ?? 1, '');
        return { tempFiles: files.map(({ path, data, type }) => ({ path, size: data.byteLength, type, name: path })) };
      }),
    compressImage: (options: CallOptions & { src: string }) =>
      calls.answer('compressImage', options, () => ({ tempFilePath: options.src })),
    previewImage: (options?: CallOptions) => calls.answer('previewImage', options, () => ({})),
    getImageInfo: (options: CallOptions & { src: string }) =>
      calls.answer('getImageInfo', options, () => ({
        path: options.src,
        width: 0,
        height: 0,
        orientation: 'up',
        type: '',
      })),
  };
}
