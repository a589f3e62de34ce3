import type { Language, Text } from '@minihub/command-line';
import { columnsOf, type Paint, padTo, wrap } from '../terminal.ts';
import type { Fact } from './facts.ts';
import type { Finding } from './finding.ts';

/** What a report tells. */
export interface Report {
  /** What was looked at: a URL, a folder. */
  readonly subject: string;
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
}

/** How a report is written. */
export interface ReportStyle {
  readonly language: Language;
  readonly paint: Paint;
  readonly width: number;
}

const labels = {
  seen: { en: 'seen', zh: '看到' },
  means: { en: 'means', zh: '后果' },
  mend: { en: 'mend', zh: '修复' },
} as const satisfies Record<string, Text>;

function factLines(facts: readonly Fact[], { language, paint, width }: ReportStyle): string[] {
  const left = Math.max(0, ...facts.map(({ about }) => columnsOf(about[language])));
  return facts.flatMap(({ about, value, good }) => {
    const mark = good === undefined ? paint('dim', '·') : good ? paint('green', '✔') : paint('red', '✖');
    const [first = '', ...rest] = wrap(value[language], width - left - 6);
    return [
      `  ${mark} ${paint('dim', padTo(about[language], left))}  ${first}`,
      ...rest.map((line) => ' '.repeat(left + 6) + line),
    ];
  });
}

function paragraph(label: Text, text: string, { language, paint, width }: ReportStyle): string[] {
  const left = Math.max(...Object.values(labels).map((one) => columnsOf(one[language]))) + 2;
  const [first = '', ...rest] = wrap(text, width - left - 4);
  return [
    `    ${paint('cyan', padTo(label[language], left))}${first}`,
    ...rest.map((line) => ' '.repeat(left + 4) + line),
  ];
}

function findingLines({ kind, seen, configuration }: Finding, style: ReportStyle): string[] {
  const { language, paint } = style;
  const [mark, tone] = kind.severity === 'error' ? (['✖', 'red'] as const) : (['!', 'yellow'] as const);
  const tag = [kind.code, ...(kind.difficulty === undefined ? [] : [kind.difficulty])].join(', ');
  const lines = [
    `  ${paint(tone, mark)} ${paint('bold', kind.title[language])} ${paint('dim', `(${tag})`)}`,
    ...paragraph(labels.seen, seen[language], style),
    ...paragraph(labels.means, kind.means[language], style),
    ...paragraph(labels.mend, kind.mend[language], style),
  ];
  for (const { product, lines: configured, note } of configuration) {
    const head = note === undefined ? `${product}:` : `${product} (${note[language]}):`;
    // Lines to copy are not wrapped.
    lines.push(`          ${paint('dim', head)}`, ...configured.map((line) => `            ${line}`));
  }
  return lines;
}

function verdict(findings: readonly Finding[], { language, paint }: ReportStyle): string {
  const errors = findings.filter(({ kind }) => kind.severity === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length === 0)
    return paint('green', { en: 'Healthy: nothing found.', zh: '健康：没有发现问题。' }[language]);
  const text = {
    en: `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`,
    zh: `${errors} 个错误，${warnings} 个警告。`,
  };
  return paint(errors > 0 ? 'red' : 'yellow', text[language]);
}

/** A report for people. */
export function reportText(reports: readonly Report[], style: ReportStyle): string {
  const lines = reports.flatMap(({ subject, facts, findings }) => [
    style.paint('bold', subject),
    '',
    ...factLines(facts, style),
    ...findings.flatMap((finding) => ['', ...findingLines(finding, style)]),
    '',
  ]);
  return `${[
    ...lines,
    verdict(
      reports.flatMap(({ findings }) => findings),
      style,
    ),
  ].join('\n')}\n`;
}

/**
 * A report for programs. `schema` grows when a field changes its meaning; fields may be added without.
 * Texts are in English and Chinese; `code` is what to look at.
 */
export function reportJson(reports: readonly Report[], checkedAt: Date): string {
  const findings = reports.flatMap(({ subject, findings: found }) =>
    found.map(({ kind, seen, configuration }) => ({
      code: kind.code,
      difficulty: kind.difficulty ?? null,
      severity: kind.severity,
      subject,
      title: kind.title,
      seen,
      means: kind.means,
      mend: kind.mend,
      configuration: configuration.map(({ product, lines }) => ({ product, lines })),
    })),
  );
  const facts = reports.flatMap(({ subject, facts: known }) =>
    known.map(({ about, value, good }) => ({ subject, about: about.en, value, good: good ?? null })),
  );
  const document = { schema: 1, checkedAt: checkedAt.toISOString(), healthy: findings.length === 0, findings, facts };
  return `${JSON.stringify(document, null, 2)}\n`;
}
