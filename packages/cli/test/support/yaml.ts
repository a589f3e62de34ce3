type Yaml = string | Yaml[] | { [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
}

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((line) => {
    if (/^\s*(#|$)/.test(line)) return [];
    if (line.includes('\t')) throw new Error('a tab in YAML');
    return [{ indent: line.length - line.trimStart().length, text: line.trim() }];
  });
}

function scalar(text: string): string {
  return /^"[^"\\]*"$/.test(text) ? text.slice(1, -1) : text;
}

function readBlock(lines: Line[], indent: number): Yaml {
  const isList = lines[0]?.text.startsWith('- ') === true;
  const list: Yaml[] = [];
  const map: { [key: string]: Yaml } = {};
  while (lines[0] !== undefined && lines[0].indent >= indent) {
    const line = lines.shift() as Line;
    if (line.indent !== indent || line.text.startsWith('- ') !== isList)
      throw new Error(`badly indented: ${line.text}`);
    if (isList) {
      lines.unshift({ indent: indent + 2, text: line.text.slice(2) });
      list.push(readBlock(lines, indent + 2));
      continue;
    }
    const [, key, value = ''] = /^([A-Za-z]\w*):(?: (.*))?$/.exec(line.text) ?? [];
    if (key === undefined || key in map) throw new Error(`no key, or twice: ${line.text}`);
    const deeper = lines[0]?.indent ?? 0;
    map[key] = value !== '' ? scalar(value) : readBlock(lines, deeper > indent ? deeper : indent + 1);
  }
  return isList ? list : map;
}

/** Reads as much of YAML as a file of Traefik has: maps, lists of maps, scalars. Throws for anything else. */
export function readYaml(text: string): Yaml {
  return readBlock(linesOf(text), 0);
}
