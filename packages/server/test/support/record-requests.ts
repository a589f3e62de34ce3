import type { HubServer } from '@minihub/server';
import { onTestFinished, vi } from 'vitest';

/** Method and path of every plain request that comes from now on: `POST /hub/negotiate`. */
export function recordRequests(hubs: HubServer): readonly string[] {
  const requests: string[] = [];
  const handle = hubs.handleRequest.bind(hubs);
  const spy = vi.spyOn(hubs, 'handleRequest').mockImplementation((request, response) => {
    requests.push(`${request.method} ${request.url?.split('?', 1)[0]}`);
    return handle(request, response);
  });
  onTestFinished(() => {
    spy.mockRestore();
  });
  return requests;
}
