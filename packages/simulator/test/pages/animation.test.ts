import { describe, expect, it } from 'vitest';
import { createAnimation } from '../../src/pages/api/animation.ts';
import { toKeyFrame } from '../../src/pages/runtime/key-frames.ts';
import { onePage, runInJsdom } from './support/jsdom-run.ts';

describe('wx.createAnimation', () => {
  it('gives the steps since the last export, each with what is turned and moved so far', () => {
    const animation = createAnimation({ duration: 100 });
    animation.rotate?.(90);
    animation.opacity?.(0.5);
    expect(animation.step?.()).toBe(animation);
    animation.translate?.(10, '5rem');
    animation.step?.({ duration: 200, timingFunction: 'ease' });
    expect(animation.export().actions).toEqual([
      {
        transform: ['rotate(90deg)'],
        style: { opacity: '0.5' },
        option: { duration: 100, timingFunction: 'linear', delay: 0, transformOrigin: '50% 50% 0' },
      },
      {
        transform: ['rotate(90deg)', 'translate(10px, 5rem)'],
        style: {},
        option: { duration: 200, timingFunction: 'ease', delay: 0, transformOrigin: '50% 50% 0' },
      },
    ]);
    expect(animation.export().actions).toEqual([]);
  });

  it('takes one value where there is one, as a phone does', () => {
    const animation = createAnimation();
    for (const call of [animation.rotate, animation.scale, animation.width, animation.rotate3d]) call?.(1, 1, 0, 45);
    animation.step?.();
    expect(animation.export().actions[0]?.transform).toEqual([
      'rotate(1deg)',
      'scale(1, 1, 0, 45)',
      'rotate3d(1, 1, 0, 45deg)',
    ]);
  });

  it('is played by a tag', async () => {
    const js = `Page({ go() { this.setData({ move: wx.createAnimation({ duration: 0 }).translateX(20).backgroundColor('red').step().export() }) } })`;
    await using run = await runInJsdom(onePage('<view id="box" animation="{{move}}" bindtap="go" />', js));
    await run.tap('#box');
    const { style } = run.find('#box');
    expect([style.transform, style.backgroundColor, style.transition]).toEqual([
      'translateX(20px)',
      'red',
      'all 0ms linear 0ms',
    ]);
    expect(run.app.warnings).toEqual([]);
  });
});

describe('key frames', () => {
  it('become those of a browser', () => {
    expect(
      toKeyFrame({
        offset: 0.5,
        ease: 'ease-in',
        opacity: 0,
        scale: [2, 2],
        rotate: 45,
        translateX: '10rpx',
        left: '50%',
      }),
    ).toEqual({
      offset: 0.5,
      easing: 'ease-in',
      opacity: 0,
      left: '50%',
      transform: 'scale(2, 2) rotate(45deg) translateX(calc(100vw * 10 / 750))',
    });
  });

  it('are played on the nodes of the page, taken away again, and told of', async () => {
    const js = `Page({ data: { said: [] }, say(word) { this.setData({ said: [...this.data.said, word] }) }, go() {
      this.animate('.box', [{ opacity: 0 }, { opacity: 1 }], 100, () => {
        this.say('played');
        this.clearAnimation('.box', { opacity: true }, () => this.say('cleared'));
      });
    } })`;
    await using run = await runInJsdom(onePage('<view class="box" bindtap="go" /><view class="other" />', js));
    const played: [Keyframe[], unknown][] = [];
    let cancelled = 0;
    run.window.Element.prototype.animate = ((frames: Keyframe[], options: unknown) => {
      played.push([frames, options]);
      return { finished: Promise.resolve(), cancel: () => cancelled++ };
    }) as never;
    await run.tap('.box');
    await run.settle();
    expect(run.app.pages.at(-1)?.data.said).toEqual(['played', 'cleared']);
    expect(played).toEqual([[[{ opacity: 0 }, { opacity: 1 }], { duration: 100, fill: 'forwards' }]]);
    expect(cancelled).toBe(1);
  });
});
