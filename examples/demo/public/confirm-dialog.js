import { element } from './elements.js';

const dialog = element('confirm', HTMLDialogElement);
const question = element('confirm-question', HTMLElement);

/** Questions are shown one after another. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Shows a question and resolves with the answer; closing the dialog is a no.
 * @param {string} asked
 * @returns {Promise<boolean>}
 */
export function confirmInDialog(asked) {
  const answer = last.then(() => ask(asked));
  last = answer;
  return answer;
}

/** Takes an open question back: nobody waits for the answer any more. */
export function closeConfirm() {
  if (dialog.open) dialog.close('no');
}

/** @param {string} asked @returns {Promise<boolean>} */
function ask(asked) {
  question.textContent = asked;
  // Escape closes without a value, and would leave the one of the time before.
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
