export { SimulatorError, type SimulatorErrorCode } from '../errors.ts';
export { type DevServer, type DevServerOptions, startDevServer } from './dev-server.ts';
