/**
 * The element of the page with that id.
 * @template {HTMLElement} Element
 * @param {string} id
 * @param {new () => Element} type
 * @returns {Element}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} #${id}`);
  return found;
}

/**
 * A new element. Texts go in as text, never as HTML.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export function make(tag, className = '', text = '') {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/**
 * A round picture for somebody: the first character of the name on a colour of its own.
 * @param {string} name
 */
export function makeAvatar(name) {
  const first = [...new Intl.Segmenter().segment(name)][0]?.segment ?? '?';
  const avatar = make('span', 'avatar', first.toUpperCase());
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  avatar.style.setProperty('--hue', String(hash));
  avatar.setAttribute('aria-hidden', 'true');
  return avatar;
}
