import { describe, expect, it } from 'vitest';
import { tagDefinitions } from '../../src/pages/built-ins/register-tags.ts';
import { builtInTags } from '../../src/pages/built-ins/tag-names.ts';
import { fixture, type JsdomRun, onePage, runInJsdom } from './support/jsdom-run.ts';

async function form(): Promise<JsdomRun> {
  const run = await runInJsdom(
    { dir: fixture('tabs') },
    {
      path: 'pages/form/form',
      chooseFiles: async () => [{ name: 'a.png', type: 'image/png', data: new Uint8Array([1, 2, 3]).buffer }],
    },
  );
  return run;
}

describe('the built-in tags', () => {
  it('are the ones that the compiler knows', () => {
    expect(Object.keys(tagDefinitions).sort()).toEqual([...builtInTags].sort());
  });

  it('tell the page what is typed, and take what the listener returns', async () => {
    await using run = await form();
    await run.type('.text', 'hi');
    expect(run.texts('.echo')).toEqual(['hi']);
    await run.type('.text', 'shout');
    expect(run.find<HTMLInputElement>('.text .wx-control').value).toBe('SHOUT');
  });

  it('confirm on Enter, and clear when the page clears its data', async () => {
    await using run = await form();
    await run.type('.text', 'send me');
    const control = run.find<HTMLInputElement>('.text .wx-control');
    control.dispatchEvent(new run.window.KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    expect(run.texts('.result')).toEqual(['confirmed send me']);
    expect(control.value).toBe('');
  });

  it('submit a form with the values of its fields', async () => {
    await using run = await form();
    await run.type('.text', 'words');
    await run.tap('wx-checkbox:not([data-checked])');
    await run.tap('wx-radio');
    await run.tap('wx-switch');
    await run.tap('wx-button[type=primary]');
    expect(JSON.parse(run.texts('.result')[0] ?? '')).toEqual({
      text: 'words',
      long: 'long',
      on: false,
      size: 3,
      boxes: ['a', 'b'],
      radio: 'x',
      city: 0,
    });
  });

  it('reset a form', async () => {
    await using run = await form();
    await run.tap('wx-switch');
    run
      .find('wx-button[type=primary]')
      .nextElementSibling?.dispatchEvent(new run.window.MouseEvent('click', { bubbles: true }));
    await run.settle();
    expect(run.texts('.result')).toEqual(['reset']);
    expect(run.find('wx-switch').hasAttribute('data-checked')).toBe(true);
  });

  it('choose a label by its text', async () => {
    await using run = await form();
    const labels = run.page.querySelectorAll<HTMLElement>('wx-label');
    labels[1]?.click();
    await run.settle();
    expect(run.texts('.result')).toEqual(['a,b']);
  });

  it('pick from a list', async () => {
    await using run = await form();
    await run.tap('wx-picker');
    const select = run.app.screen.querySelector<HTMLSelectElement>('.mh-column');
    if (select !== null) select.selectedIndex = 1;
    run.app.screen.querySelector<HTMLElement>('.mh-pick-confirm')?.click();
    await run.settle();
    expect(run.texts('.city')).toEqual(['上海']);
  });

  it('show what was chosen, and read it', async () => {
    await using run = await form();
    await run.tap('.choose');
    await run.settle();
    expect(run.texts('.result')).toEqual(['3 bytes']);
    expect(run.find<HTMLImageElement>('.photo img').src).toMatch(/^(data:image\/png;base64,AQID|blob:)/);
  });

  it('keep a disabled button from being tapped', async () => {
    await using run = await runInJsdom(
      onePage(
        '<button disabled="{{off}}" bindtap="go">{{n}}</button>',
        'Page({ data: { off: true, n: 0 }, go() { this.setData({ n: this.data.n + 1 }) } })',
      ),
    );
    await run.tap('wx-button');
    expect(run.texts('wx-button')).toEqual(['0']);
    run.app.pages[0]?.setData({ off: false });
    await run.tap('wx-button');
    expect(run.texts('wx-button')).toEqual(['1']);
  });

  it('stop a tap with catchtap, and let it bubble with bindtap', async () => {
    const wxml =
      '<view bindtap="out"><view class="a" bind:tap="in" data-x-y="1"/><view class="b" catchtap="in" mark:m="2"/></view><view class="log">{{log}}</view>';
    const script =
      'Page({ data: { log: "" }, in(e) { this.add("in" + (e.currentTarget.dataset.xY || e.mark.m)) }, out() { this.add("out") }, add(t) { this.setData({ log: this.data.log + t + " " }) } })';
    await using run = await runInJsdom(onePage(wxml, script));
    await run.tap('.a');
    await run.tap('.b');
    expect(run.texts('.log')).toEqual(['in1 out in2']);
  });

  it('hand rich text to the page without its scripts', async () => {
    const html = '<p style="color:red" onclick="x()">a<script>b</script><b>c</b></p><iframe src="x"></iframe>';
    await using run = await runInJsdom(
      onePage(
        '<rich-text nodes="{{html}}"/>',
        `Page({ data: { html: ${JSON.stringify(html).replace(/<\//g, '<\\/')} } })`,
      ),
    );
    expect(run.find('wx-rich-text').innerHTML).toBe('<p style="color:red">a<b>c</b></p>');
  });

  it('keep a model in both directions', async () => {
    await using run = await runInJsdom(
      onePage('<input model:value="{{v}}"/><view class="v">{{v}}</view>', 'Page({ data: { v: "a" } })'),
    );
    await run.type('wx-input', 'b');
    expect(run.texts('.v')).toEqual(['b']);
  });

  it('let a scroll-view be pulled down, once until the page has what it asked for', async () => {
    const wxml = `<scroll-view class="list" scroll-y refresher-enabled refresher-triggered="{{on}}" bindrefresherpulling="say"
      bindrefresherrefresh="refresh" bindrefresherrestore="say"><view>x</view></scroll-view><text class="heard">{{heard}}</text>`;
    const js = `Page({ data: { on: false, heard: '' },
      say({ type }) { this.setData({ heard: this.data.heard + type + ' ' }) },
      refresh(event) { this.say(event); this.setData({ on: true }) } })`;
    await using run = await runInJsdom(onePage(wxml, js));
    run.app.pullDown();
    run.app.pullDown();
    await run.settle();
    expect(run.texts('.heard')).toEqual(['refresherpulling refresherrefresh']);
    expect(run.find('.list .mh-refresher').hasAttribute('data-on')).toBe(true);
    run.app.pages[0]?.setData({ on: false });
    await run.settle();
    expect(run.texts('.heard')).toEqual(['refresherpulling refresherrefresh refresherrestore']);
    const finger = (type: string, clientY: number): void => {
      run.find('.list').dispatchEvent(new run.window.MouseEvent(type, { clientY }));
    };
    finger('pointerdown', 100);
    finger('pointerup', 120);
    await run.settle();
    expect(run.texts('.heard')[0]?.split(' ')).toHaveLength(3);
    finger('pointerdown', 100);
    finger('pointerup', 180);
    await run.settle();
    expect(run.texts('.heard')[0]?.split(' ').slice(3)).toEqual(['refresherpulling', 'refresherrefresh']);
  });

  it('warn of what nobody can share', async () => {
    const page = onePage('<button open-type="share">x</button>', 'Page({ onShareAppMessage() {} })');
    await using run = await runInJsdom(page);
    await run.tap('wx-button');
    expect(run.app.warnings).toEqual([
      'onShareAppMessage is never called: there is no sharing (index)',
      '<button open-type="share"> is not simulated',
    ]);
  });
});
