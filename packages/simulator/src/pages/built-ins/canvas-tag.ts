import type { TagContext, TagDefinition, TagHost, TagLife } from './tag.ts';

/** The node that a page gets of a canvas: the browser's canvas, with what WeChat's has besides. */
export interface CanvasNode extends HTMLCanvasElement {
  createImage?: () => HTMLImageElement;
  createPath2D?: (path?: Path2D) => Path2D;
  requestAnimationFrame?: (callback: FrameRequestCallback) => number;
  cancelAnimationFrame?: (handle: number) => void;
}

/** The element of a `<canvas>`. */
export interface CanvasHost extends TagHost {
  wxNode?: CanvasNode;
}

type View = Window & { readonly Image: typeof Image; readonly Path2D: typeof Path2D };

/** An image whose `src` is a path of the mini program. */
function imageOf(view: View, assetUrl: (source: string) => string): HTMLImageElement {
  const image = new view.Image();
  const write = image.setAttribute.bind(image, 'src');
  Object.defineProperty(image, 'src', {
    get: () => image.getAttribute('src') ?? '',
    set: (source: string) => write(assetUrl(String(source))),
  });
  return image;
}

function startCanvas(context: TagContext): TagLife {
  const { get, make, environment, trigger } = context;
  const host: CanvasHost = context.host;
  const node: CanvasNode = make('canvas', 'wx-canvas');
  const view = environment.document.defaultView as unknown as View;
  node.createImage = () => imageOf(view, environment.assetUrl);
  node.createPath2D = (path) => new view.Path2D(path);
  node.requestAnimationFrame = (callback) => view.requestAnimationFrame(callback);
  node.cancelAnimationFrame = (handle) => view.cancelAnimationFrame(handle);
  host.append(node);
  host.wxNode = node;
  const name = (): void => {
    node.id = '';
    host.setAttribute('canvas-id', String(get('canvasId') ?? ''));
  };
  return {
    attached: () => {
      name();
      if (get('type') !== '2d' && String(get('type') ?? '') !== '') trigger('error', { errMsg: `type ${get('type')}` });
    },
    changed: name,
  };
}

/** A tag to draw on, with the browser's own means. */
export const canvasTags: { readonly [tag: string]: TagDefinition } = {
  canvas: {
    properties: { type: String, canvasId: String, disableScroll: Boolean },
    start: startCanvas,
  },
};
