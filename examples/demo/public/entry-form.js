import { element } from './elements.js';
import { clearText, setText, text } from './language.js';
import { limits } from './limits.js';

const form = element('enter', HTMLFormElement);
const name = element('name', HTMLInputElement);
const room = element('room', HTMLInputElement);
const failure = element('enter-error', HTMLElement);
const button = element('enter-button', HTMLButtonElement);

/**
 * Wires the form in front of the chat. A room in the address (`/?room=tea`) is a link to that room.
 * @param {(name: string, room: string) => Promise<void>} enter
 */
export function setUpEntryForm(enter) {
  name.value = localStorage.getItem('minihub.name') ?? '';
  const linked = new URLSearchParams(location.search).get('room');
  room.value = linked ?? localStorage.getItem('minihub.room') ?? text('defaultRoom');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!isFilledIn()) return;
    localStorage.setItem('minihub.name', name.value.trim());
    localStorage.setItem('minihub.room', room.value.trim());
    button.disabled = true;
    await enter(name.value.trim(), room.value.trim());
    button.disabled = false;
  });
  form.addEventListener('input', () => clearText(failure));
}

/** Goes to the first thing that is to be filled in. */
export function focusEntryForm() {
  (name.value === '' ? name : button).focus();
}

/** Says why it was not possible to enter. @param {string} reason */
export function showEntryFailure(reason) {
  setText(failure, 'cannotConnect', { reason });
}

function isFilledIn() {
  return (
    isRight(name, 'nameEmpty', 'nameLong', limits.nameLength) &&
    isRight(room, 'roomEmpty', 'roomLong', limits.roomLength)
  );
}

/**
 * @param {HTMLInputElement} input
 * @param {import('./language.js').TextKey} whenEmpty
 * @param {import('./language.js').TextKey} whenLong
 * @param {number} max
 */
function isRight(input, whenEmpty, whenLong, max) {
  const { length } = input.value.trim();
  const isFine = length > 0 && length <= max;
  input.setAttribute('aria-invalid', String(!isFine));
  if (isFine) return true;
  setText(failure, length === 0 ? whenEmpty : whenLong, { max });
  input.focus();
  return false;
}
