/** Settings of a step; each step may have its own. */
export interface StepOptions {
  readonly duration?: number;
  readonly timingFunction?: string;
  readonly delay?: number;
  readonly transformOrigin?: string;
}

/** One step: what changes at once, and how. */
export interface AnimationStep {
  readonly transform: readonly string[];
  readonly style: { readonly [property: string]: string };
  readonly option: Required<StepOptions>;
}

/** What `export()` gives to a page's data. */
export interface ExportedAnimation {
  readonly actions: readonly AnimationStep[];
}

const lengths = ['width', 'height', 'top', 'right', 'bottom', 'left'];
const degrees = 'rotate rotateX rotateY rotateZ skew skewX skewY'.split(' ');
const pixels = 'translate translateX translateY translateZ translate3d'.split(' ');
const numbers = 'scale scaleX scaleY scaleZ scale3d matrix matrix3d'.split(' ');

// Those with one value: pages give some of them more, which CSS would refuse.
const single = /^rotate$|[XYZ]$/;

function withUnit(value: unknown, unit: string): string {
  return typeof value === 'number' || /^-?[\d.]+$/.test(String(value)) ? `${value}${unit}` : String(value);
}

/** What can be called on an animation: every call returns the animation. */
export type Animation = { [method: string]: (...values: unknown[]) => unknown } & { export(): ExportedAnimation };

/** `wx.createAnimation()`: describes steps, which `animation="{{…}}"` of a tag plays one after the other. */
export function createAnimation(defaults: StepOptions = {}): Animation {
  const usual = { duration: 400, timingFunction: 'linear', delay: 0, transformOrigin: '50% 50% 0', ...defaults };
  let steps: AnimationStep[] = [];
  // A transform keeps what earlier steps gave it: a page that turns and then grows stays turned.
  let transform: { readonly name: string; readonly text: string }[] = [];
  let style: { [property: string]: string } = {};
  const animation = {} as Animation;
  const chained =
    (act: (values: unknown[]) => void) =>
    (...values: unknown[]) => {
      act(values);
      return animation;
    };
  const setTransform = (name: string, unit: string): ((values: unknown[]) => void) => {
    return (values) => {
      const used = single.test(name) ? values.slice(0, 1) : values;
      const text = `${name}(${used.map((value) => withUnit(value, unit)).join(', ')})`;
      const known = transform.findIndex((one) => one.name === name);
      const next = { name, text };
      transform = known < 0 ? [...transform, next] : transform.map((one) => (one.name === name ? next : one));
    };
  };
  for (const name of degrees) animation[name] = chained(setTransform(name, 'deg'));
  for (const name of pixels) animation[name] = chained(setTransform(name, 'px'));
  for (const name of numbers) animation[name] = chained(setTransform(name, ''));
  animation.rotate3d = chained(([x = 0, y = 0, z = 0, angle = 0]) =>
    setTransform('rotate3d', '')([x, y, z, `${String(angle)}deg`]),
  );
  for (const name of lengths) {
    animation[name] = chained(([value]) => {
      style[name] = withUnit(value, 'px');
    });
  }
  for (const name of ['opacity', 'backgroundColor']) {
    animation[name] = chained(([value]) => {
      style[name] = String(value);
    });
  }
  animation.step = chained(([options]) => {
    const option = { ...usual, ...(options as StepOptions | undefined) };
    steps.push({ transform: transform.map(({ text }) => text), style: { ...style }, option });
    style = {};
  });
  animation.export = () => {
    const actions = steps;
    steps = [];
    return { actions };
  };
  return animation;
}

/** Whether something is what `export()` gave. */
export function isAnimation(value: unknown): value is ExportedAnimation {
  return typeof value === 'object' && value !== null && Array.isArray((value as { actions?: unknown }).actions);
}
