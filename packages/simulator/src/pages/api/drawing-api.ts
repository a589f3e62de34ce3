import type { TagHost } from '../built-ins/tag.ts';
import { createAnimation } from './animation.ts';
import type { ApiCalls, CallOptions } from './api-call.ts';
import { type CanvasPlace, canvasToFile, createCanvasContext } from './canvas-context.ts';
import type { FileShelf } from './files-api.ts';
import { inert } from './unknown-api.ts';

type Api = { [name: string]: (...args: never[]) => unknown };

/** What moves, draws and plays. */
export function drawingApi(calls: ApiCalls, shelf: FileShelf, place: CanvasPlace): Api {
  return {
    createAnimation,
    createCanvasContext: (canvasId: string) => createCanvasContext(place, calls, canvasId),
    canvasToTempFilePath: (options: CallOptions) => canvasToFile(place, calls, shelf, options),
    createVideoContext: (id: string) => {
      const hosts = [...(place.page()?.querySelectorAll<TagHost>('wx-video') ?? [])];
      return hosts.find((host) => host.id === id)?.wxContext ?? inert();
    },
  };
}
