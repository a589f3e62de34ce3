/** An element of a well-formed document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (text.includes('<')) throw new Error(`< in an attribute: ${text}`);
  return text.replaceAll(/&([^;\s]*);?/g, (all, name) => {
    const character = entities[name];
    if (character === undefined || !all.endsWith(';')) throw new Error(`bad entity ${all}`);
    return character;
  });
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  const rest = text.replaceAll(/\s+([A-Za-z][\w.-]*)="([^"]*)"/g, (_all, name: string, value: string) => {
    if (attributes.has(name)) throw new Error(`${name} twice`);
    attributes.set(name, unescapeXml(value));
    return '';
  });
  if (rest.trim() !== '') throw new Error(`no attributes: ${rest}`);
  return attributes;
}

function withoutComments(text: string): string {
  return text.replaceAll(/<!--([\s\S]*?)-->/g, (_all, comment: string) => {
    if (comment.includes('--') || comment.endsWith('-')) throw new Error(`-- in a comment: ${comment}`);
    return '';
  });
}

/** Reads as much of XML as a web.config has; throws for what is not well-formed. */
export function readXml(text: string): XmlElement {
  const [, declared] = /^<\?xml version="1\.0" encoding="utf-8"\?>\n([\s\S]*)$/.exec(text) ?? [];
  if (declared === undefined) throw new Error('no XML declaration');
  const open: XmlElement[] = [{ name: '', attributes: new Map(), children: [] }];
  const rest = withoutComments(declared).replaceAll(
    /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w.-]+="[^"]*")*)\s*(\/?)>/g,
    (_all, closing: string, name: string, attributes: string, empty: string) => {
      if (closing !== '') {
        if (open.pop()?.name !== name) throw new Error(`</${name}> closes another element`);
        return '';
      }
      const element = { name, attributes: attributesOf(attributes), children: [] };
      open.at(-1)?.children.push(element);
      if (empty === '') open.push(element);
      return '';
    },
  );
  if (rest.trim() !== '') throw new Error(`not XML: ${rest.trim()}`);
  const [document, ...unclosed] = open;
  const [root, ...others] = document?.children ?? [];
  if (root === undefined || others.length > 0 || unclosed.length > 0)
    throw new Error('there must be one root, and it must end');
  return root;
}
