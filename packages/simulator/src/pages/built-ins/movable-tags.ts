import type { TagContext, TagDefinition, TagLife } from './tag.ts';

function pixels(value: unknown, view: Window | null): number {
  const text = String(value ?? '');
  const number = Number.parseFloat(text) || 0;
  return text.endsWith('rpx') ? (number * (view?.innerWidth ?? 375)) / 750 : number;
}

/** Something in an area that a finger moves, and that stays in it. */
class Movable implements TagLife {
  readonly #context: TagContext;
  #x = 0;
  #y = 0;

  constructor(context: TagContext) {
    this.#context = context;
    const { host } = context;
    host.addEventListener('pointerdown', (event) => this.#follow(event));
  }

  attached(): void {
    // Its area may come in the same update.
    queueMicrotask(() => this.#place(this.#wanted('x'), this.#wanted('y'), ''));
  }

  changed(name: string): void {
    if (name === 'x' || name === 'y') this.#place(this.#wanted('x'), this.#wanted('y'), '');
  }

  #wanted(axis: 'x' | 'y'): number {
    return pixels(this.#context.get(axis), this.#context.environment.document.defaultView);
  }

  /** How far it may go: to the other side, whichever of the two is the larger. */
  #within(value: number, own: number, area: number): number {
    if (this.#context.get('outOfBounds') === true) return value;
    const [low, high] = [Math.min(0, area - own), Math.max(0, area - own)];
    return Math.min(high, Math.max(low, value));
  }

  #place(x: number, y: number, source: string): void {
    const { host, trigger } = this.#context;
    const area = host.closest<HTMLElement>('wx-movable-area');
    const nextX = this.#within(x, host.offsetWidth, area?.clientWidth ?? 0);
    const nextY = this.#within(y, host.offsetHeight, area?.clientHeight ?? 0);
    if (nextX === this.#x && nextY === this.#y) return;
    this.#x = nextX;
    this.#y = nextY;
    host.style.transform = `translate(${nextX}px, ${nextY}px)`;
    trigger('change', { x: nextX, y: nextY, source });
  }

  #follow(start: PointerEvent): void {
    const { host, get } = this.#context;
    const direction = String(get('direction') || 'none');
    if (get('disabled') === true || direction === 'none') return;
    const [fromX, fromY] = [this.#x, this.#y];
    const move = (event: PointerEvent): void => {
      const x = direction === 'vertical' ? fromX : fromX + event.clientX - start.clientX;
      const y = direction === 'horizontal' ? fromY : fromY + event.clientY - start.clientY;
      this.#place(x, y, 'touch');
    };
    const end = (): void => {
      host.removeEventListener('pointermove', move);
      for (const type of ['pointerup', 'pointercancel'] as const) host.removeEventListener(type, end);
    };
    host.setPointerCapture?.(start.pointerId);
    host.addEventListener('pointermove', move);
    for (const type of ['pointerup', 'pointercancel'] as const) host.addEventListener(type, end);
  }
}

/** An area, and what can be moved in it. */
export const movableTags: { readonly [tag: string]: TagDefinition } = {
  'movable-area': { properties: { scaleArea: Boolean } },
  'movable-view': {
    properties: {
      direction: String,
      x: null,
      y: null,
      inertia: Boolean,
      outOfBounds: Boolean,
      damping: Number,
      friction: Number,
      disabled: Boolean,
      scale: Boolean,
      scaleMin: Number,
      scaleMax: Number,
      scaleValue: Number,
    },
    start: (context) => new Movable(context),
  },
};
