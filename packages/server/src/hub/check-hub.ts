import { serverError } from '../errors.ts';

/** Names that minihub keeps for its own methods and callbacks. */
const reservedPrefix = 'minihub:';

function invalid(text: string): Error {
  return serverError('MH_SERVER_INVALID_HUB', text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isMethod(value: unknown): boolean {
  return isRecord(value) && typeof value.handler === 'function' && Array.isArray(value.parameters);
}

/** Whether it is a schema, or the upload of one. Some validators make their schemas functions. */
function isParameter(value: unknown): boolean {
  if (typeof value === 'function') return '~standard' in value;
  return isRecord(value) && ('~standard' in value || 'uploadOf' in value);
}

/**
 * Checks what a method is made of: a compiler would say it, but JavaScript has none.
 * @throws MH_SERVER_INVALID_HUB
 */
export function assertMethodParts(kind: 'method' | 'stream', parameters: unknown, handler: unknown): void {
  const usage = `${kind}([schema], (context, argument) => …)`;
  if (!Array.isArray(parameters)) throw invalid(`The schemas of the arguments come first, as a list: ${usage}.`);
  const wrong = parameters.findIndex((parameter) => !isParameter(parameter));
  if (wrong >= 0) {
    throw invalid(`Argument ${wrong + 1} has no schema (zod, valibot, arktype or any Standard Schema): ${usage}.`);
  }
  if (typeof handler !== 'function') throw invalid(`The handler is missing: ${usage}.`);
}

/**
 * Checks the definition of a hub.
 * @throws MH_SERVER_INVALID_HUB
 */
export function assertHub(hub: unknown): void {
  if (typeof hub === 'function') {
    throw invalid('defineHub is called twice: defineHub()({ methods: { … } }). This is what the first call gives.');
  }
  if (!isRecord(hub) || !isRecord(hub.methods)) {
    throw invalid('This is no hub. One is made by defineHub()({ methods: { … } }).');
  }
  const seen = new Map<string, string>();
  for (const [name, value] of Object.entries(hub.methods)) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) throw invalid(`The methods '${other}' and '${name}' differ only in case.`);
    if (name.toLowerCase().startsWith(reservedPrefix)) {
      throw invalid(`Method names must not begin with '${reservedPrefix}': '${name}'.`);
    }
    if (!isMethod(value)) {
      throw invalid(`'${name}' is no method of a hub. One is made by method([schema], (context, argument) => …).`);
    }
    seen.set(name.toLowerCase(), name);
  }
}
