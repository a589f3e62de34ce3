import { reasonOf } from './chat-connection.js';
import { element, make } from './elements.js';
import { clearText, setText } from './language.js';
import { limits } from './limits.js';

const emoji = ['😀', '😂', '😍', '🤔', '😭', '😴', '👍', '👏', '🙏', '💪', '🎉', '❤️', '🔥', '🍵', '🐼', '🌈'];

const form = element('composer', HTMLFormElement);
const input = element('text', HTMLTextAreaElement);
const failure = element('text-error', HTMLElement);
const counter = element('counter', HTMLElement);
const emojiButton = element('emoji-button', HTMLButtonElement);
const emojiBar = element('emoji-bar', HTMLElement);

/** Says a text; `undefined` when that is not possible now. @type {((text: string) => Promise<unknown>) | undefined} */
let say;

/**
 * Wires the line that one writes in.
 * @param {() => ((text: string) => Promise<unknown>) | undefined} sayNow
 */
export function setUpComposer(sayNow) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    say = sayNow();
    await send();
  });
  input.addEventListener('keydown', (event) => {
    // Enter also ends the composition of a Chinese word: that is no sending.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  input.addEventListener('input', () => {
    clearText(failure);
    fit();
  });
  setUpEmoji();
}

/** Starts with an empty line. */
export function resetComposer() {
  input.value = '';
  clearText(failure);
  showEmoji(false);
  fit();
}

async function send() {
  const text = input.value.trim();
  if (text === '') return;
  if (text.length > limits.textLength) {
    setText(failure, 'textLong', { over: text.length - limits.textLength, max: limits.textLength });
    return;
  }
  if (say === undefined) {
    setText(failure, 'offline');
    return;
  }
  resetComposer();
  try {
    await say(text);
  } catch (error) {
    // What was written is given back, before what has been written since.
    input.value = input.value === '' ? text : `${text}\n${input.value}`;
    setText(failure, 'notSent', { reason: reasonOf(error) });
    fit();
  }
}

/** Makes the field as high as its text, and counts when it becomes tight. */
function fit() {
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
  const left = limits.textLength - input.value.trim().length;
  counter.textContent = left <= 100 ? String(left) : '';
  counter.classList.toggle('over', left < 0);
}

function setUpEmoji() {
  for (const character of emoji) {
    const button = make('button', 'emoji', character);
    button.type = 'button';
    button.addEventListener('click', () => {
      input.setRangeText(character, input.selectionStart, input.selectionEnd, 'end');
      clearText(failure);
      fit();
    });
    emojiBar.append(button);
  }
  emojiButton.addEventListener('click', () => showEmoji(emojiBar.hidden === true));
  emojiBar.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    showEmoji(false);
    emojiButton.focus();
  });
}

/** @param {boolean} isShown */
function showEmoji(isShown) {
  emojiBar.hidden = !isShown;
  emojiButton.setAttribute('aria-expanded', String(isShown));
}
