import { clientKits } from './client-kits.ts';
import { realClientSpec } from './real-client-spec.ts';

realClientSpec(clientKits['10-json']);
