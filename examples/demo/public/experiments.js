import { createUpload, reasonOf } from './chat-connection.js';
import { element } from './elements.js';
import { clearText, currentLanguage, setText } from './language.js';
import { limits } from './limits.js';

/** @typedef {import('./chat-connection.js').ChatConnection} ChatConnection */

const countdownFrom = element('countdown-from', HTMLInputElement);
const countdownStart = element('countdown-start', HTMLButtonElement);
const countdownStop = element('countdown-stop', HTMLButtonElement);
const countdownValue = element('countdown-value', HTMLOutputElement);
const countdownResult = element('countdown-result', HTMLElement);
const sumNumbers = element('sum-numbers', HTMLInputElement);
const sumResult = element('sum-result', HTMLElement);
const askButton = element('ask', HTMLButtonElement);
const askResult = element('ask-result', HTMLElement);

/** Ends the countdown that runs, if one does. */
let endCountdown = () => {};

/**
 * Wires the things beside the chat.
 * @param {() => ChatConnection | undefined} connection the one to use, when it can be used
 */
export function setUpExperiments(connection) {
  countdownFrom.max = String(limits.countdownFrom);
  onSubmit('countdown', () => withConnection(connection(), countdownResult, startCountdown));
  countdownStop.addEventListener('click', () => {
    setText(countdownResult, 'stopped', { value: countdownValue.value });
    endCountdown();
  });
  onSubmit('sum', () => withConnection(connection(), sumResult, uploadNumbers));
  askButton.addEventListener('click', () => withConnection(connection(), askResult, letServerAsk));
}

/** Forgets what was tried. */
export function clearExperiments() {
  endCountdown();
  countdownValue.value = '–';
  for (const result of [countdownResult, sumResult, askResult]) clearText(result);
}

/** @param {ChatConnection} connection */
function startCountdown(connection) {
  const from = countdownFrom.valueAsNumber;
  if (!Number.isInteger(from) || from < 0 || from > limits.countdownFrom) {
    setText(countdownResult, 'countdownRange', { max: limits.countdownFrom });
    countdownFrom.focus();
    return;
  }
  const subscription = connection.hub.stream('countdown', from).subscribe({
    next: (value) => {
      countdownValue.value = String(value);
    },
    complete: () => {
      setText(countdownResult, 'finished');
      finish();
    },
    error: (error) => {
      showFailure(connection, countdownResult, error);
      finish();
    },
  });
  const finish = () => {
    endCountdown = () => {};
    showCounting(false);
  };
  endCountdown = () => {
    subscription.dispose();
    finish();
  };
  clearText(countdownResult);
  showCounting(true);
}

/** @param {boolean} isCounting */
function showCounting(isCounting) {
  const hadFocus = document.activeElement === (isCounting ? countdownStart : countdownStop);
  countdownStart.hidden = isCounting;
  countdownStop.hidden = !isCounting;
  countdownFrom.disabled = isCounting;
  // The button under the finger is replaced: the keyboard's focus goes with it.
  if (hadFocus) (isCounting ? countdownStop : countdownStart).focus();
}

/** @param {ChatConnection} connection */
async function uploadNumbers(connection) {
  const numbers = (sumNumbers.value.match(/[^\s,;，；、]+/g) ?? []).map(Number);
  if (numbers.length === 0 || numbers.some((number) => !Number.isFinite(number))) {
    setText(sumResult, 'noNumbers');
    sumNumbers.focus();
    return;
  }
  const upload = createUpload();
  const answer = connection.invoke('sum', upload);
  for (const number of numbers) upload.next(number);
  upload.complete();
  setText(sumResult, 'sumOf', { count: numbers.length, sum: await answer });
}

/** @param {ChatConnection} connection */
async function letServerAsk(connection) {
  askButton.disabled = true;
  setText(askResult, 'waiting');
  try {
    setText(askResult, (await connection.invoke('askMe', currentLanguage())) ? 'answeredYes' : 'answeredNo');
  } finally {
    askButton.disabled = false;
  }
}

/**
 * Tries something, and says so when it fails.
 * @param {ChatConnection | undefined} connection
 * @param {HTMLElement} result
 * @param {(connection: ChatConnection) => unknown} attempt
 */
async function withConnection(connection, result, attempt) {
  if (connection === undefined) {
    setText(result, 'noticeDisconnected');
    return;
  }
  try {
    await attempt(connection);
  } catch (error) {
    showFailure(connection, result, error);
  }
}

/** @param {ChatConnection} connection @param {HTMLElement} result @param {unknown} error */
function showFailure(connection, result, error) {
  if (connection.isConnected) setText(result, 'failed', { reason: reasonOf(error) });
  else setText(result, 'lost');
}

/** @param {string} id @param {() => unknown} action */
function onSubmit(id, action) {
  element(id, HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    action();
  });
}
