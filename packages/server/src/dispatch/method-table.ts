import type { AnyHub } from '../hub/define-hub.ts';
import { type HubMethod, isUpload } from '../hub/hub-method.ts';
import type { AnySchema } from '../hub/standard-schema.ts';

/** A hub method, prepared for being called. */
export interface MethodEntry {
  /** The name as defined. */
  readonly name: string;
  readonly kind: 'method' | 'stream';
  /** Whether it is one of ours: filters do not see those, whose arguments may be secrets. */
  readonly isBuiltIn: boolean;
  readonly parameters: HubMethod<unknown, unknown, unknown>['parameters'];
  readonly handler: HubMethod<unknown, unknown, unknown>['handler'];
  /** The schemas of the parameters that are not uploads, in order. */
  readonly argumentSchemas: readonly AnySchema[];
  /** Who may call it; everybody without it. */
  readonly authorize: HubMethod<unknown, unknown, unknown>['authorize'];
  /** The item schemas of the uploads, in order. */
  readonly uploadSchemas: readonly AnySchema[];
}

/** The methods of a hub by lower-case name. A `Map`, so that no wire name ever reaches an object's prototype. */
export type MethodTable = ReadonlyMap<string, MethodEntry>;

/** Prepares the methods of a hub. Built-in ones have lower-case names. */
export function createMethodTable(hub: AnyHub, builtIn: readonly MethodEntry[] = []): MethodTable {
  const table = new Map(builtIn.map((entry) => [entry.name, entry]));
  for (const [name, method] of Object.entries(hub.methods as Record<string, HubMethod<unknown, unknown, unknown>>)) {
    const uploads = method.parameters.filter(isUpload);
    table.set(name.toLowerCase(), {
      name,
      kind: method.kind,
      isBuiltIn: false,
      parameters: method.parameters,
      handler: method.handler,
      authorize: method.authorize,
      argumentSchemas: method.parameters.filter((parameter): parameter is AnySchema => !isUpload(parameter)),
      uploadSchemas: uploads.map(({ uploadOf }) => uploadOf),
    });
  }
  return table;
}
