import { type AuthenticateRequest, forbidden, type Identity } from '@minihub/server';
import { personName } from './chat-rules.ts';

/**
 * Who connects to `/chat`: the `name` of the query, and a guest without one. A demo believes what it is told; an
 * application checks the request's token here, and takes the name from where the token leads.
 */
export function nameFromQuery({ query }: AuthenticateRequest): Identity | undefined {
  const name = query.get('name');
  if (name === null) return undefined;
  const result = personName.safeParse(name);
  if (!result.success) throw forbidden(result.error.issues[0]?.message);
  return { user: result.data };
}
