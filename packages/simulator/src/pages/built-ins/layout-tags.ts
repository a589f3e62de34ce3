import type { TagContext, TagDefinition, TagLife } from './tag.ts';

interface ToggledNode {
  toggleNodeClass?(names: string, force: boolean, segment?: number): void;
}

/** Shows `hover-class` while a finger is on the tag. */
export function hover(context: TagContext): void {
  const { host, node } = context;
  const show = (on: boolean): void => {
    const name = String(context.get('hoverClass') ?? '');
    if (name !== '' && name !== 'none') (node as ToggledNode).toggleNodeClass?.(name, on);
  };
  host.addEventListener('pointerdown', () => {
    if (context.get('disabled') === true || context.get('loading') === true) return;
    show(true);
    const stop = (): void => {
      show(false);
      for (const type of ['pointerup', 'pointercancel', 'pointerleave']) host.removeEventListener(type, stop);
    };
    for (const type of ['pointerup', 'pointercancel', 'pointerleave']) host.addEventListener(type, stop);
  });
}

const hoverProperties = {
  hoverClass: String,
  hoverStopPropagation: Boolean,
  hoverStartTime: Number,
  hoverStayTime: Number,
};

function hovering(context: TagContext): undefined {
  hover(context);
  return undefined;
}

interface RichNode {
  readonly type?: string;
  readonly name?: string;
  readonly attrs?: { readonly [name: string]: string };
  readonly children?: readonly RichNode[];
  readonly text?: string;
}

const allowedTag =
  /^(a|abbr|address|article|aside|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|div|dl|dt|em|fieldset|font|footer|h[1-6]|header|hr|i|img|ins|label|legend|li|mark|nav|ol|p|pre|q|rt|ruby|s|section|small|span|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul)$/i;
const allowedAttribute = /^(class|style|alt|src|height|width|start|type|align|colspan|rowspan|dir|span|title)$/i;

/** Puts rich text into an element: known tags and attributes only, never a script. */
function fillRich(document: Document, parent: Element, nodes: readonly RichNode[]): void {
  for (const node of nodes) {
    if (node.type === 'text' || node.text !== undefined) {
      parent.append(decodeEntities(node.text ?? ''));
      continue;
    }
    if (!allowedTag.test(node.name ?? '')) continue;
    const element = document.createElement(node.name as string);
    for (const [name, value] of Object.entries(node.attrs ?? {})) {
      if (allowedAttribute.test(name) && !/^\s*javascript:/i.test(String(value))) {
        element.setAttribute(name, String(value));
      }
    }
    fillRich(document, element, node.children ?? []);
    parent.append(element);
  }
}

function nodesOfHtml(document: Document, html: string): RichNode[] {
  const template = document.createElement('template');
  template.innerHTML = html;
  const convert = (node: Node): RichNode => {
    if (node.nodeType === 3) return { type: 'text', text: node.textContent ?? '' };
    const element = node as Element;
    const attrs = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
    return { name: element.localName, attrs, children: [...element.childNodes].map(convert) };
  };
  return [...template.content.childNodes].filter((node) => node.nodeType === 1 || node.nodeType === 3).map(convert);
}

function decodeEntities(text: string): string {
  const named: { readonly [name: string]: string } = {
    nbsp: '\u00a0',
    lt: '<',
    gt: '>',
    amp: '&',
    apos: "'",
    quot: '"',
    ensp: '\u2002',
    emsp: '\u2003',
  };
  return text.replace(/&(\w+);/g, (whole, name: string) => named[name] ?? whole);
}

function startRichText({ host, environment }: TagContext): TagLife {
  return {
    changed: (name, value) => {
      if (name !== 'nodes') return;
      host.replaceChildren();
      const nodes = Array.isArray(value)
        ? (value as RichNode[])
        : nodesOfHtml(environment.document, String(value ?? ''));
      fillRich(environment.document, host, nodes);
    },
  };
}

function startNavigator(context: TagContext): undefined {
  hover(context);
  context.host.addEventListener('click', () => {
    const { get, environment } = context;
    environment.navigate(String(get('openType') || 'navigate'), String(get('url') ?? ''), Number(get('delta')) || 1);
  });
  return undefined;
}

function startMatchMedia({ host, get, environment }: TagContext): TagLife {
  const view = environment.document.defaultView;
  const show = (): void => {
    const width = view?.innerWidth ?? 375;
    const low = Number(get('minWidth')) || 0;
    const high = Number(get('maxWidth')) || Number.POSITIVE_INFINITY;
    host.toggleAttribute('hidden', width < low || width > high);
  };
  return { attached: show, changed: show };
}

function startPageContainer({ host, trigger }: TagContext): TagLife {
  return {
    changed: (name, value) => {
      if (name !== 'show') return;
      host.toggleAttribute('data-shown', value === true);
      trigger(value === true ? 'afterenter' : 'afterleave');
    },
  };
}

/** Tags that hold other tags. */
export const layoutTags: { readonly [tag: string]: TagDefinition } = {
  view: { properties: hoverProperties, start: hovering },
  text: {
    properties: {
      selectable: Boolean,
      userSelect: Boolean,
      space: String,
      decode: Boolean,
      overflow: String,
      maxLines: Number,
    },
  },
  'rich-text': { properties: { nodes: null, space: String, userSelect: Boolean, mode: String }, start: startRichText },
  'cover-view': { properties: { ...hoverProperties, scrollTop: Number }, start: hovering },
  'root-portal': { properties: { enable: { type: Boolean, value: true } } },
  'match-media': {
    properties: {
      minWidth: Number,
      maxWidth: Number,
      width: Number,
      minHeight: Number,
      maxHeight: Number,
      height: Number,
      orientation: String,
    },
    start: startMatchMedia,
  },
  'page-container': {
    properties: {
      show: Boolean,
      duration: Number,
      zIndex: Number,
      overlay: Boolean,
      position: String,
      round: Boolean,
      closeOnSlideDown: Boolean,
      overlayStyle: String,
      customStyle: String,
    },
    start: startPageContainer,
  },
  navigator: {
    properties: {
      ...hoverProperties,
      url: String,
      openType: String,
      delta: Number,
      target: String,
      appId: String,
      path: String,
      extraData: null,
      version: String,
      shortLink: String,
    },
    start: startNavigator,
  },
};
