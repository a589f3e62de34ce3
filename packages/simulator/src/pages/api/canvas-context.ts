import type { CanvasHost, CanvasNode } from '../built-ins/canvas-tag.ts';
import type { ApiCalls, CallOptions } from './api-call.ts';
import { CallFailure } from './api-call.ts';
import type { FileShelf } from './files-api.ts';

type Drawing = CanvasRenderingContext2D;
type Act = (drawing: Drawing) => void;

/** Where canvases are found, and pictures. */
export interface CanvasPlace {
  /** The page in front. */
  readonly page: () => Element | undefined;
  readonly assetUrl: (source: string) => string;
}

const shadowOffsets = ['shadowOffsetX', 'shadowOffsetY', 'shadowBlur', 'shadowColor'] as const;

/** Setters of the old context, and what they set of the browser's. */
const setters: { readonly [method: string]: keyof Drawing } = {
  setFillStyle: 'fillStyle',
  setStrokeStyle: 'strokeStyle',
  setLineWidth: 'lineWidth',
  setLineCap: 'lineCap',
  setLineJoin: 'lineJoin',
  setMiterLimit: 'miterLimit',
  setGlobalAlpha: 'globalAlpha',
  setTextAlign: 'textAlign',
  setTextBaseline: 'textBaseline',
};

const drawn =
  'arc arcTo beginPath bezierCurveTo clearRect clip closePath ellipse fill fillRect fillText lineTo moveTo ' +
  'quadraticCurveTo rect restore rotate save scale setTransform stroke strokeRect strokeText transform translate setLineDash';

const assigned =
  'fillStyle strokeStyle lineWidth lineCap lineJoin miterLimit globalAlpha textAlign textBaseline font lineDashOffset ' +
  'globalCompositeOperation shadowColor shadowBlur shadowOffsetX shadowOffsetY';

/** The canvas of that name in the page in front. */
export function canvasNamed(place: CanvasPlace, canvasId: string): CanvasNode | undefined {
  const hosts = [...(place.page()?.querySelectorAll<CanvasHost>('wx-canvas') ?? [])];
  return hosts.find((host) => host.getAttribute('canvas-id') === canvasId)?.wxNode;
}

/** As many dots as the screen has for the size that the style gives it; drawing counts in the style's pixels. */
function fitted(node: CanvasNode): Drawing | null {
  const ratio = node.ownerDocument.defaultView?.devicePixelRatio ?? 1;
  const [width, height] = [Math.round(node.clientWidth * ratio), Math.round(node.clientHeight * ratio)];
  const drawing = node.getContext('2d');
  if (width > 0 && height > 0 && (node.width !== width || node.height !== height)) {
    node.width = width;
    node.height = height;
    drawing?.scale(ratio, ratio);
  }
  return drawing;
}

/**
 * `wx.createCanvasContext(canvasId)`: the old way to draw. What is asked is kept, and drawn by `draw()`; without its first
 * argument the canvas is emptied before.
 */
export function createCanvasContext(place: CanvasPlace, calls: ApiCalls, canvasId: string): object {
  let acts: Act[] = [];
  const measuring = (): Drawing | null | undefined => canvasNamed(place, canvasId)?.getContext('2d');
  const keep = (act: Act): void => {
    acts.push(act);
  };
  const context: { [name: string]: unknown } = {
    setFontSize: (px: number) => keep((drawing) => (drawing.font = drawing.font.replace(/[\d.]+px/, `${px}px`))),
    setShadow: (...values: [number, number, number, string]) =>
      keep((drawing) => {
        Object.assign(drawing, Object.fromEntries(shadowOffsets.map((name, index) => [name, values[index]])));
      }),
    drawImage: (source: string, ...box: [number, number]) => {
      const node = canvasNamed(place, canvasId);
      const image = node?.createImage?.();
      if (image === undefined) return;
      image.src = source;
      keep((drawing) => {
        if (image.complete) drawing.drawImage(image, ...box);
        else image.addEventListener('load', () => drawing.drawImage(image, ...box));
      });
    },
    createLinearGradient: (...line: [number, number, number, number]) => measuring()?.createLinearGradient(...line),
    createCircularGradient: (x: number, y: number, r: number) => measuring()?.createRadialGradient(x, y, 0, x, y, r),
    measureText: (text: string) => ({ width: measuring()?.measureText(text).width ?? 0 }),
    draw: (reserve?: boolean | (() => void), done?: () => void) => {
      const drawing = ((node) => (node === undefined ? null : fitted(node)))(canvasNamed(place, canvasId));
      if (drawing !== null) {
        if (reserve !== true) drawing.clearRect(0, 0, drawing.canvas.width, drawing.canvas.height);
        drawing.save();
        for (const act of acts) act(drawing);
        drawing.restore();
      }
      acts = [];
      const told = typeof reserve === 'function' ? reserve : done;
      if (told !== undefined) setTimeout(() => calls.enter('callback of draw', told), 0);
    },
  };
  for (const [method, property] of Object.entries(setters)) {
    context[method] = (value: unknown) => keep((drawing) => Object.assign(drawing, { [property]: value }));
  }
  for (const name of drawn.split(' ')) {
    context[name] = (...values: unknown[]) =>
      keep((drawing) => {
        (drawing[name as keyof Drawing] as (...values: unknown[]) => void)(...values);
      });
  }
  for (const name of assigned.split(' ')) {
    let kept: unknown;
    Object.defineProperty(context, name, {
      get: () => kept,
      set: (value) => {
        kept = value;
        keep((drawing) => Object.assign(drawing, { [name]: value }));
      },
    });
  }
  return context;
}

interface CanvasFileOptions extends CallOptions {
  canvasId?: string;
  canvas?: HTMLCanvasElement;
  fileType?: string;
  quality?: number;
}

/** `wx.canvasToTempFilePath`: what a canvas shows, as a file. */
export function canvasToFile(
  place: CanvasPlace,
  calls: ApiCalls,
  shelf: FileShelf,
  options: CanvasFileOptions,
): unknown {
  return calls.answer('canvasToTempFilePath', options, async () => {
    const node = options.canvas ?? canvasNamed(place, options.canvasId ?? '');
    if (node === undefined) throw new CallFailure('canvas is empty');
    const type = options.fileType === 'jpg' ? 'image/jpeg' : 'image/png';
    const blob = await new Promise<Blob | null>((resolve) => node.toBlob(resolve, type, options.quality));
    if (blob === null) throw new CallFailure('create bitmap failed');
    const ending = type === 'image/png' ? 'png' : 'jpg';
    return { tempFilePath: shelf.keep({ name: `canvas.${ending}`, type, data: await blob.arrayBuffer() }).path };
  });
}
