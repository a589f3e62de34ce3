import { findFetch } from '../hub/host-platform.ts';
import { fetchHttp } from '../hub/http.ts';
import { longPolling } from '../hub/transports/long-polling-transport.ts';
import { type EventSourceClass, serverSentEvents } from '../hub/transports/server-sent-events-transport.ts';
import { HubConnectionBuilder as CoreBuilder, type Extend } from './hub-connection-builder.ts';

/** Builds a {@link HubConnection} that falls back to server-sent events and long polling. */
export class HubConnectionBuilder extends CoreBuilder {
  protected override readonly extend: Extend = ({ EventSource, platform, wx, withCredentials = true }) => {
    const sse = EventSource === undefined ? {} : { EventSource: EventSource as EventSourceClass };
    const fallbacks = [serverSentEvents({ withCredentials, ...sse }), longPolling()];
    const fetch = findFetch();
    // A mini program's platform object sends its requests by itself.
    if (fetch === undefined || typeof (platform ?? wx) === 'object') return { fallbacks };
    const credentials = withCredentials ? 'include' : 'same-origin';
    return { fallbacks, http: fetchHttp((url, request) => fetch(url, { ...request, credentials })) };
  };
}
