/** What a Senparc client has sent. */
export interface SenparcMessage {
  /** The text: the member `Message`, or everything when what came is not such JSON. */
  readonly message: string;
  /** The member `SessionId`: which login session of the back end it is. Absent when the client sent none. */
  readonly sessionId: string | undefined;
  /**
   * The member `FormId`. WeChat retired form ids with its template messages in 2020: old pages still send the member,
   * but nothing can be done with it any more. Use subscribe messages instead.
   */
  readonly formId: string | undefined;
  /** Every member as it came, these three included, with the sender's spelling of the names. Empty when it was no such JSON. */
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * Reads what a Senparc client sends: the JSON `{"Message": string, "SessionId": string, "FormId": string}`, where the
 * case of the names does not matter and more members may come. Anything else is a message as it stands. Never throws.
 */
export function toSenparcMessage(original: string): SenparcMessage {
  const members = parseMembers(original);
  const message = findText(members, 'Message');
  if (message === undefined) return { message: original, sessionId: undefined, formId: undefined, members: {} };
  return { message, sessionId: findText(members, 'SessionId'), formId: findText(members, 'FormId'), members };
}

function parseMembers(text: string): Readonly<Record<string, unknown>> {
  // Most of what is not JSON is told by its first character, without the price of an exception.
  if (!text.trimStart().startsWith('{')) return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not JSON: a message as it stands.
    return {};
  }
}

/** A member by its name: as it is spelled, else the last that differs only in case. */
function findText(members: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const lowerName = name.toLowerCase();
  let found: unknown;
  for (const [key, value] of Object.entries(members)) {
    if (key === name) {
      found = value;
      break;
    }
    if (key.toLowerCase() === lowerName) found = value;
  }
  return typeof found === 'string' ? found : undefined;
}
