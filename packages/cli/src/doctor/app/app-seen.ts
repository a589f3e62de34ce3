/** What was read of a mini program's folder. Plain data, for the checks. */
export interface AppSeen {
  /** `libVersion` of project.config.json, when it is a number and not `latest`. */
  readonly libVersion?: string;
  /** Files of the project in which the check of domains is off. */
  readonly urlCheckOff: readonly string[];
  /** `networkTimeout.connectSocket` of app.json, in milliseconds. */
  readonly connectTimeoutMs?: number;
  /** Whether the tools turn new syntax into old, and whether they know the newest. */
  readonly es6: boolean;
  readonly enhance: boolean;
  /** Bytes of the main package (`''`) and of each sub-package, by its root. */
  readonly packageBytes: ReadonlyMap<string, number>;
  readonly scripts: readonly ScriptSeen[];
  readonly npm: readonly NpmPackageSeen[];
  /** The domain list, when the user says it. */
  readonly domains: readonly string[];
}

/** What was read of one file of code. */
export interface ScriptSeen {
  readonly file: string;
  /** Why it cannot be read at all. */
  readonly error?: string;
  /** `http:` `https:` `ws:` and `wss:` addresses in string literals, without comments. */
  readonly urls: readonly { readonly url: string; readonly line: number }[];
  /** Calls of `connectSocket`, and whether anything in the file closes sockets. */
  readonly opens: number;
  readonly closes: boolean;
  /** Syntax that the tools' old compiler cannot read. */
  readonly tooNew: readonly { readonly what: string; readonly line: number }[];
}

/** A dependency of the mini program, as the packer of npm packages sees it. */
export interface NpmPackageSeen {
  readonly name: string;
  /** Why it will not be there, or not load; absent when nothing is wrong. */
  readonly problem?: { readonly en: string; readonly zh: string };
}
