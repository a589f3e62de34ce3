import { SourceMap } from 'node:module';
import { Script } from 'node:vm';
import { packageMissing } from '../../errors.ts';
import { wrapModule } from '../../module-wrapper.ts';
import type { CompiledScript, ProgramProblem } from './compiled-program.ts';

const modulesOfTheLanguage =
  /^[ \t]*(?:import\b(?!\s*\()|export\b\s*(?:\{|\*|default\b|const|let|var|function|class|async))/m;

type Esbuild = typeof import('esbuild');

/** esbuild, which only files in TypeScript or with `import` need. */
async function loadEsbuild(): Promise<Esbuild> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw packageMissing('esbuild', 'esbuild', cause);
  }
}

/** Which line of the source each line of the output came from. */
function lineTable(map: string, outputLines: number): number[] {
  const source = new SourceMap(JSON.parse(map));
  return Array.from({ length: outputLines }, (_, line) => {
    // The first mapping of the line; a line may begin with characters that come from nowhere.
    for (let column = 0; column < 40; column += 4) {
      const entry = source.findEntry(line, column);
      if ('generatedLine' in entry && entry.generatedLine === line) return entry.originalLine + 1;
    }
    return 0;
  });
}

function thrower(message: string): string {
  return `throw new SyntaxError(${JSON.stringify(message)});`;
}

interface EsbuildFailure {
  readonly errors: readonly { readonly text: string; readonly location: { readonly line: number } | null }[];
}

async function translate(file: string, text: string, problems: ProgramProblem[]): Promise<CompiledScript> {
  const { transform } = await loadEsbuild();
  try {
    const { code, map } = await transform(text, {
      loader: file.endsWith('.ts') ? 'ts' : 'js',
      format: 'cjs',
      target: 'es2022',
      sourcemap: 'external',
      sourcefile: file,
      charset: 'utf8',
      logLevel: 'silent',
    });
    return { code, lines: lineTable(map, code.split('\n').length), source: file };
  } catch (error) {
    const [first] = (error as EsbuildFailure).errors ?? [];
    if (first === undefined) throw error;
    problems.push({ level: 'error', text: first.text, file, ...(first.location && { line: first.location.line }) });
    return { code: thrower(`${first.text} (${file}:${first.location?.line ?? '?'})`), source: file };
  }
}

/** What the engine says about a file that it cannot parse. */
function syntaxProblem(file: string, code: string): ProgramProblem | undefined {
  try {
    new Script(wrapModule(code), { filename: file });
    return undefined;
  } catch (error) {
    const { message, stack = '' } = error as Error;
    const line = Number(/^.*:(\d+)\n/.exec(stack)?.[1]);
    return { level: 'error', text: `SyntaxError: ${message}`, file, ...(Number.isNaN(line) ? {} : { line }) };
  }
}

/** A script as the module wrapper can run it. Plain CommonJS stays as it is, so that its lines are its own. */
export async function compileScript(file: string, text: string, problems: ProgramProblem[]): Promise<CompiledScript> {
  if (file.endsWith('.ts') || modulesOfTheLanguage.test(text)) return translate(file, text, problems);
  const problem = syntaxProblem(file, text);
  if (problem === undefined) return { code: text };
  // Minified modules have their `export` anywhere in a line.
  if (/\b(?:import|export)\b/.test(text)) return translate(file, text, problems);
  problems.push(problem);
  return { code: thrower(`${problem.text} (${file}:${problem.line ?? '?'})`) };
}
