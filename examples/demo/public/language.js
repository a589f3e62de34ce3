import { texts } from './texts.js';

/** @typedef {keyof typeof texts} Language */
/** @typedef {keyof typeof texts.en} TextKey */

const storageKey = 'minihub.language';

/** @type {Language} */
let language = initialLanguage();

/** @returns {Language} */
function initialLanguage() {
  const stored = localStorage.getItem(storageKey);
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** The language that the page is in. */
export function currentLanguage() {
  return language;
}

/**
 * A text in the page's language.
 * @param {TextKey} key
 * @param {Record<string, unknown>} [values]
 */
export function text(key, values = {}) {
  return texts[language][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/**
 * Gives an element a text that stays right when the language is switched.
 * @param {HTMLElement} element
 * @param {TextKey} key
 * @param {Record<string, unknown>} [values]
 */
export function setText(element, key, values = {}) {
  element.dataset.t = key;
  element.dataset.tValues = JSON.stringify(values);
  element.textContent = text(key, values);
}

/** @param {HTMLElement} element */
export function clearText(element) {
  delete element.dataset.t;
  delete element.dataset.tValues;
  element.textContent = '';
}

/** The other language, from now on and at the next visit. */
export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(storageKey, language);
  translatePage();
}

/** Puts every text of the page into its language. */
export function translatePage() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.documentElement.dataset.ready = '';
  const elements = /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll('[data-t], [data-t-label], [data-t-placeholder]')
  );
  for (const element of elements) {
    const { t, tLabel, tPlaceholder, tValues } = element.dataset;
    if (t !== undefined) element.textContent = text(/** @type {TextKey} */ (t), tValues ? JSON.parse(tValues) : {});
    if (tLabel !== undefined) element.setAttribute('aria-label', text(/** @type {TextKey} */ (tLabel)));
    if (tPlaceholder !== undefined) element.setAttribute('placeholder', text(/** @type {TextKey} */ (tPlaceholder)));
  }
}
