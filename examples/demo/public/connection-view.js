import { element } from './elements.js';
import { setText } from './language.js';

/** @typedef {import('./chat-connection.js').Status} Status */

const state = element('state', HTMLElement);
const stateText = element('state-text', HTMLElement);
const notice = element('notice', HTMLElement);
const noticeText = element('notice-text', HTMLElement);
const connect = element('connect', HTMLButtonElement);

const notices = /** @type {const} */ ({
  connecting: 'noticeConnecting',
  reconnecting: 'noticeReconnecting',
  disconnected: 'noticeDisconnected',
});

/**
 * Says how the connection is, no better than it is.
 * @param {Status} status
 */
export function showStatus({ state: name, attempt, reason }) {
  state.dataset.state = name;
  setText(stateText, name, { attempt });
  notice.hidden = name === 'connected';
  connect.hidden = name !== 'disconnected';
  if (name === 'connected') return;
  if (name === 'disconnected' && reason !== '') setText(noticeText, 'cannotConnect', { reason });
  else setText(noticeText, notices[name], { attempt });
}
