import { element, make, makeAvatar } from './elements.js';
import { setText } from './language.js';

/** @typedef {import('../src/chat-hub.ts').Person} Person */

const list = element('people', HTMLUListElement);
const count = element('people-count', HTMLElement);
const panelCount = element('panel-count', HTMLElement);

/** Who is here: id to line. @type {Map<string, HTMLLIElement>} */
const lines = new Map();

/** How many are here, as far as this page knows. */
export function peopleCount() {
  return lines.size;
}

/**
 * Shows exactly these people.
 * @param {readonly Person[]} people
 * @param {string} myId
 */
export function showPeople(people, myId) {
  lines.clear();
  for (const person of people) lines.set(person.id, makeLine(person, person.id === myId));
  // One's own line comes first, the others in the order of coming.
  list.replaceChildren(...[...lines.values()].sort((a, b) => Number(b.dataset.me) - Number(a.dataset.me)));
  showCount();
}

/** @param {Person} person */
export function addPerson(person) {
  if (lines.has(person.id)) return;
  const line = makeLine(person, false);
  lines.set(person.id, line);
  list.append(line);
  showCount();
}

/** @param {Person} person */
export function removePerson(person) {
  lines.get(person.id)?.remove();
  lines.delete(person.id);
  showCount();
}

function showCount() {
  count.textContent = String(lines.size);
  panelCount.textContent = String(lines.size);
}

/** @param {Person} person @param {boolean} isMe */
function makeLine({ name }, isMe) {
  const line = make('li');
  line.dataset.me = isMe ? '1' : '0';
  line.append(makeAvatar(name), make('bdi', 'person-name', name));
  if (isMe) {
    const me = make('span', 'me');
    setText(me, 'you');
    line.append(me);
  }
  return line;
}
