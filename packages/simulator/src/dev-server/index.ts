export { SimulatorError, type SimulatorErrorCode, simulatorErrors } from '../errors.ts';
export type { ExtConfig } from '../pages/api/platform-hooks.ts';
export type { Routes } from '../routes.ts';
export { type DevServer, type DevServerOptions, startDevServer } from './dev-server.ts';
