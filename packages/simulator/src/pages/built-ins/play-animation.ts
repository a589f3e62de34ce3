import type { AnimationStep, ExportedAnimation } from '../api/animation.ts';

const playing: WeakMap<HTMLElement, () => void> = new WeakMap();

function play(host: HTMLElement, { transform, style, option }: AnimationStep): void {
  const { duration, timingFunction, delay, transformOrigin } = option;
  host.style.transition = `all ${duration}ms ${timingFunction} ${delay}ms`;
  host.style.transformOrigin = transformOrigin;
  host.style.transform = transform.join(' ');
  Object.assign(host.style, style);
}

/** Plays the steps of an animation on an element, one after the other; one that is under way ends. */
export function playAnimation(host: HTMLElement, { actions }: ExportedAnimation): void {
  playing.get(host)?.();
  let timer: ReturnType<typeof setTimeout> | undefined;
  playing.set(host, () => clearTimeout(timer));
  const next = (index: number): void => {
    const action = actions[index];
    if (action === undefined) return;
    play(host, action);
    timer = setTimeout(() => next(index + 1), action.option.duration + action.option.delay);
  };
  // What the element looked like before must have been drawn once, or there is nothing to change from.
  void host.offsetWidth;
  next(0);
}
