import { describe, expect, it } from 'vitest';
import { type JsdomRun, onePage, runInJsdom } from './support/jsdom-run.ts';

/** Puts a canvas of jsdom's, which draws nothing, to writing down what it is asked to draw. */
function record(run: JsdomRun): string[] {
  const asked: string[] = [];
  const drawing = new Proxy(
    { canvas: { width: 300, height: 150 }, font: '10px sans-serif' } as { [name: string]: unknown },
    {
      get: (target, name: string) =>
        target[name] ??
        ((...values: unknown[]) => {
          asked.push(`${name} ${values.join(' ')}`.trim());
          return { width: 12 };
        }),
      set: (_, name: string, value) => {
        asked.push(`${name} = ${String(value)}`);
        return true;
      },
    },
  );
  run.window.HTMLCanvasElement.prototype.getContext = (() => drawing) as never;
  return asked;
}

describe('<canvas>', () => {
  it('is a node to draw on', async () => {
    const js = `Page({ go() { wx.createSelectorQuery().select('#c').fields({ node: true, size: true }).exec(([{ node }]) => {
      node.width = 20;
      const pen = node.getContext('2d');
      pen.fillStyle = 'red';
      pen.fillRect(0, 0, 1, 2);
      const image = node.createImage();
      image.src = '/a.png';
      this.setData({ said: [node.width, image.src, typeof node.requestAnimationFrame] });
    }) } })`;
    await using run = await runInJsdom(onePage('<canvas type="2d" id="c" bindtap="go" />', js), {
      assetBase: '/files',
    });
    const asked = record(run);
    await run.tap('#c');
    await run.settle();
    expect(run.app.pages.at(-1)?.data.said).toEqual([20, '/files/a.png', 'function']);
    expect(asked).toEqual(['fillStyle = red', 'fillRect 0 0 1 2']);
    expect(run.app.warnings).toEqual([]);
  });

  it('is drawn on by the old context, when draw says so', async () => {
    const js = `Page({ go() {
      const pen = wx.createCanvasContext('old');
      pen.setFillStyle('blue');
      pen.setFontSize(20);
      pen.fillText('hi', 1, 2);
      this.setData({ width: pen.measureText('hi').width });
      pen.draw(false, () => this.setData({ drawn: true }));
      pen.draw(true);
    } })`;
    await using run = await runInJsdom(onePage('<canvas canvas-id="old" bindtap="go" />', js));
    const asked = record(run);
    await run.tap('wx-canvas');
    await new Promise((resolve) => setTimeout(resolve, 0));
    await run.settle();
    expect(run.app.pages.at(-1)?.data).toMatchObject({ width: 12, drawn: true });
    expect(asked).toEqual([
      'measureText hi',
      'clearRect 0 0 300 150',
      'save',
      'fillStyle = blue',
      'font = 20px sans-serif',
      'fillText hi 1 2',
      'restore',
      'save',
      'restore',
    ]);
  });

  it('becomes no file when there is none of that name', async () => {
    const js = `Page({ go() { wx.canvasToTempFilePath({ canvasId: 'none', fail: ({ errMsg }) => this.setData({ errMsg }) }) } })`;
    await using run = await runInJsdom(onePage('<view id="go" bindtap="go" />', js));
    await run.tap('#go');
    expect(run.app.pages.at(-1)?.data.errMsg).toBe('canvasToTempFilePath:fail canvas is empty');
  });
});

describe('other tags', () => {
  it('show a video with its controls, and move it from code', async () => {
    const js = `Page({ go() { wx.createVideoContext('v').seek(7) }, at(e) { this.setData({ at: e.detail.currentTime }) } })`;
    await using run = await runInJsdom(
      onePage('<video id="v" src="/a.mp4" loop bindtimeupdate="at" /><view id="go" bindtap="go" />', js),
      { assetBase: '/files' },
    );
    const video = run.find<HTMLVideoElement>('.wx-video');
    expect([video.getAttribute('src'), video.controls, video.loop]).toEqual(['/files/a.mp4', true, true]);
    // jsdom's stays where it is.
    Object.defineProperty(video, 'currentTime', { value: 0, writable: true });
    await run.tap('#go');
    expect(video.currentTime).toBe(7);
    video.dispatchEvent(new run.window.Event('timeupdate'));
    await run.settle();
    expect(run.app.pages.at(-1)?.data.at).toBe(7);
  });

  it('say who somebody is, and start a new line at \\n in a text', async () => {
    await using run = await runInJsdom(
      onePage('<open-data type="userNickName" /><text class="t">a\\nb{{"c"}}</text><view class="v">a\\nb</view>'),
    );
    expect(run.texts('wx-open-data')).toEqual(['微信用户']);
    expect(run.texts('.t')).toEqual(['a\nbc']);
    expect(run.texts('.v')).toEqual(['a\\nb']);
  });

  it('move what can be moved, and tell where it is', async () => {
    const wxml =
      '<movable-area><movable-view direction="all" x="{{x}}" y="5" out-of-bounds bindchange="moved" bindtap="go" /></movable-area>';
    const js = `Page({ data: { x: 10 }, go() { this.setData({ x: 40 }) }, moved(e) { this.setData({ moved: e.detail }) } })`;
    await using run = await runInJsdom(onePage(wxml, js));
    await run.settle();
    const view = run.find('wx-movable-view');
    expect(view.style.transform).toBe('translate(10px, 5px)');
    await run.tap('wx-movable-view');
    expect(run.app.pages.at(-1)?.data.moved).toEqual({ x: 40, y: 5, source: '' });
    const finger = (type: string, x: number): unknown =>
      view.dispatchEvent(new run.window.MouseEvent(type, { bubbles: true, clientX: x, clientY: 0 }));
    finger('pointerdown', 0);
    finger('pointermove', 12);
    finger('pointerup', 12);
    await run.settle();
    expect(run.app.pages.at(-1)?.data.moved).toEqual({ x: 52, y: 5, source: 'touch' });
  });
});

describe('components of libraries', () => {
  it('have generics with a component of their own for when nobody fills them', async () => {
    const files = onePage('<list generic:row="mine" /><list />', 'Page({})', {
      'index.json': '{"usingComponents":{"list":"ui/list","mine":"mine"}}',
      'mine.json': '{"component":true}',
      'mine.wxml': '<text>mine</text>',
      'ui/list.json': '{"component":true,"componentGenerics":{"row":{"default":"./row"}}}',
      'ui/list.wxml': '<row />',
      'ui/row.json': '{"component":true}',
      'ui/row.wxml': '<text>usual</text>',
    });
    await using run = await runInJsdom(files);
    expect(run.texts('wx-text')).toEqual(['mine', 'usual']);
    expect(run.app.errors).toEqual([]);
  });

  it('may be minified modules, and have generics that nobody fills', async () => {
    const files = onePage('<list />', 'Page({})', {
      'index.json': '{"usingComponents":{"list":"list"}}',
      'list.json': '{"component":true,"componentGenerics":{"row":true}}',
      'list.wxml': '<text>{{size}}</text><row />',
      'list.js': 'import p from"./props";Component({properties:p});',
      'props.js': 'const p={size:{type:Number,value:3}};export default p;',
    });
    await using run = await runInJsdom(files);
    expect(run.texts('wx-text')).toEqual(['3']);
    expect(run.app.errors).toEqual([]);
  });
});
