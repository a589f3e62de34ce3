import { convertLengths } from '../compile/wxss.ts';

/** One key frame as a page writes it: `{ offset: 0.5, opacity: 0, scale: [2, 2], rotate: 45, ease: 'ease-in' }`. */
export type PageKeyFrame = { readonly [property: string]: unknown };

const units: { readonly [transform: string]: string } = {
  matrix: '',
  matrix3d: '',
  rotate: 'deg',
  rotateX: 'deg',
  rotateY: 'deg',
  rotateZ: 'deg',
  rotate3d: '',
  scale: '',
  scaleX: '',
  scaleY: '',
  scaleZ: '',
  scale3d: '',
  skew: 'deg',
  skewX: 'deg',
  skewY: 'deg',
  translate: 'px',
  translateX: 'px',
  translateY: 'px',
  translateZ: 'px',
  translate3d: 'px',
};

function argumentsOf(name: string, value: unknown): string {
  const values = Array.isArray(value) ? value : [value];
  return values
    .map((one, index) => {
      if (name === 'rotate3d' && index === 3) return typeof one === 'number' ? `${one}deg` : String(one);
      return typeof one === 'number' ? `${one}${units[name]}` : String(one);
    })
    .join(', ');
}

/** A key frame as a browser takes it. */
export function toKeyFrame(frame: PageKeyFrame): Keyframe {
  const transform: string[] = [];
  const result: { [property: string]: string | number } = {};
  for (const [name, value] of Object.entries(frame)) {
    if (name in units) transform.push(`${name}(${argumentsOf(name, value)})`);
    else if (name === 'ease') result.easing = String(value);
    else if (name === 'offset') result.offset = Number(value);
    else if (name !== 'composite') result[name] = typeof value === 'number' ? value : convertLengths(String(value));
  }
  if (transform.length > 0) result.transform = convertLengths(transform.join(' '));
  return result;
}

interface Scope {
  readonly _$?: {
    getShadowRoot(): {
      querySelectorAll(selector: string): readonly { getBackendElement?(): HTMLElement | null }[];
    } | null;
  };
}

function elementsOf(scope: object, selector: string): HTMLElement[] {
  const nodes = (scope as Scope)._$?.getShadowRoot()?.querySelectorAll(selector) ?? [];
  return nodes.flatMap((node) => node.getBackendElement?.() ?? []);
}

const running: WeakMap<Element, Animation[]> = new WeakMap();

/** `this.animate` of a page or component: plays key frames on its nodes, which keep what the last one gave them. */
export function playKeyFrames(
  scope: object,
  selector: string,
  frames: readonly PageKeyFrame[],
  durationMs: number,
  done: () => void,
): void {
  const keyFrames = frames.map(toKeyFrame);
  const ends = elementsOf(scope, selector).map((element) => {
    // Not in jsdom, where nothing moves.
    if (typeof element.animate !== 'function') return Promise.resolve();
    const animation = element.animate(keyFrames, { duration: durationMs, fill: 'forwards' });
    running.set(element, [...(running.get(element) ?? []), animation]);
    return animation.finished.then(
      () => undefined,
      () => undefined,
    );
  });
  void Promise.all(ends).then(done);
}

/** `this.clearAnimation`: takes away what key frames gave to nodes. */
export function clearKeyFrames(scope: object, selector: string, done: () => void): void {
  for (const element of elementsOf(scope, selector)) {
    for (const animation of running.get(element) ?? []) animation.cancel();
    running.delete(element);
  }
  done();
}
