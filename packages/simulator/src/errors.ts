/** What can be wrong before anything runs. `MH_SIM_` codes are never used for two things. */
export const simulatorErrors = {
  MH_SIM_FOLDER_NOT_FOUND: 'There is no folder %s.',
  MH_SIM_NOT_A_MINI_PROGRAM: 'No app.json in %s, nor where project.config.json points (miniprogramRoot).',
  MH_SIM_BAD_JSON: '%s is not JSON.',
  MH_SIM_NO_PAGES: 'app.json lists no page.',
  MH_SIM_PACKAGE_MISSING: 'The page runner needs a package that is not installed: %s.',
  MH_SIM_OPTION: '%s',
  MH_SIM_PORT_TAKEN: 'Port %s is in use by another program.',
  MH_SIM_CANNOT_LISTEN: 'Cannot listen on %s.',
} as const;

/** The codes of {@link SimulatorError}. */
export type SimulatorErrorCode = keyof typeof simulatorErrors;

const brand = Symbol.for('minihub.error');

/** A mistake in how the simulator is used, with a stable code. */
export class SimulatorError extends Error {
  readonly code: SimulatorErrorCode;

  constructor(code: SimulatorErrorCode, detail: string, options: { hint?: string; cause?: unknown } = {}) {
    const text = simulatorErrors[code].replace('%s', () => detail);
    super(options.hint === undefined ? text : `${text} ${options.hint}`, { cause: options.cause });
    this.name = 'SimulatorError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is such an error, from whichever copy of the package. */
  static is(value: unknown): value is SimulatorError {
    const candidate = value as { code?: unknown } | null | undefined;
    return value instanceof Error && brand in value && String(candidate?.code).startsWith('MH_SIM_');
  }
}
