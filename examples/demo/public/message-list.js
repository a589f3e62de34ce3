import { element, make, makeAvatar } from './elements.js';
import { currentLanguage, setText, text } from './language.js';

/** @typedef {import('../src/chat-hub.ts').ChatMessage} ChatMessage */
/** @typedef {import('./language.js').TextKey} TextKey */

// A page that is open all day must not grow all day.
const keptLines = 300;
const sameAuthorMs = 120_000;
const onlyEmoji = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s){1,12}$/u;
const hasPictograph = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;

const scroller = element('scroller', HTMLElement);
const list = element('messages', HTMLOListElement);
const empty = element('empty', HTMLElement);
const newer = element('newer', HTMLButtonElement);

/** @type {{ id: string, atMs: number } | undefined} */
let previous;
let unseen = 0;
let hasCut = false;
/** Whether the newest line is in view, and stays there when another comes. */
let isAtEnd = true;

scroller.addEventListener('scroll', () => {
  isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
  if (isAtEnd) showUnseen(0);
});
newer.addEventListener('click', () => scrollToEnd());
// Opening the keyboard of a phone, or the emoji, makes the list smaller: the newest line stays in view.
new ResizeObserver(() => {
  if (isAtEnd) scrollToEnd();
}).observe(scroller);

/** Forgets everything. */
export function clearMessages() {
  list.replaceChildren();
  empty.hidden = false;
  previous = undefined;
  hasCut = false;
  isAtEnd = true;
  showUnseen(0);
}

/**
 * Adds what somebody said.
 * @param {ChatMessage} message
 * @param {boolean} isMine
 */
export function addMessage({ from, text: said, atMs }, isMine) {
  const item = make('li', isMine ? 'message mine' : 'message');
  const continues = previous !== undefined && previous.id === from.id && atMs - previous.atMs < sameAuthorMs;
  previous = { id: from.id, atMs };
  if (continues) item.classList.add('continues');

  const author = make('span', 'author');
  author.append(make('bdi', '', from.name));
  const bubble = make('div', 'bubble');
  const words = make('span', 'said', said);
  words.dir = 'auto';
  if (onlyEmoji.test(said) && hasPictograph.test(said)) bubble.classList.add('jumbo');
  const time = make('time', '', timeOfDay(atMs));
  time.dateTime = new Date(atMs).toISOString();
  bubble.append(words, time);
  const body = make('div', 'body');
  body.append(author, bubble);
  item.append(makeAvatar(from.name), body);
  append(item);
  if (isMine) scrollToEnd();
  else if (!isAtEnd) showUnseen(unseen + 1);
}

/**
 * Adds a line about what happened.
 * @param {TextKey} key
 * @param {Record<string, unknown>} [values]
 */
export function addEvent(key, values = {}) {
  const item = make('li', 'event');
  setText(item, key, values);
  previous = undefined;
  append(item);
}

/** Puts times and counts into the page's language. */
export function translateMessages() {
  for (const time of list.querySelectorAll('time')) time.textContent = timeOfDay(Date.parse(time.dateTime));
  showUnseen(unseen);
}

/** @param {HTMLLIElement} item */
function append(item) {
  empty.hidden = true;
  list.append(item);
  if (list.childElementCount > keptLines) {
    list.firstElementChild?.remove();
    if (hasCut) list.firstElementChild?.remove();
    hasCut = true;
    const note = make('li', 'event');
    setText(note, 'older', { count: keptLines - 1 });
    list.prepend(note);
  }
  if (isAtEnd) scrollToEnd();
}

function scrollToEnd() {
  isAtEnd = true;
  scroller.scrollTop = scroller.scrollHeight;
  showUnseen(0);
}

/** @param {number} count */
function showUnseen(count) {
  unseen = count;
  newer.hidden = count === 0;
  newer.textContent = count === 0 ? '' : text('newer', { count });
}

/** @param {number} atMs */
function timeOfDay(atMs) {
  const format = { hour: /** @type {const} */ ('2-digit'), minute: /** @type {const} */ ('2-digit') };
  return new Intl.DateTimeFormat(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB', format).format(atMs);
}
