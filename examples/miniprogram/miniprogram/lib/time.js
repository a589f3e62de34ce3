const { language, texts } = require('./texts.js');

const minuteMs = 60000;

function two(n) {
  return n < 10 ? `0${n}` : String(n);
}

function clockTime(date) {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** A time as lists of messages show it: the clock today, "yesterday", else the date. */
function shortTime(atMs, nowMs) {
  const date = new Date(atMs);
  const days = Math.round((startOfDay(new Date(nowMs)) - startOfDay(date)) / 86400000);
  if (days <= 0) return clockTime(date);
  if (days === 1) return texts.yesterday;
  const month = date.getMonth() + 1;
  return language === 'zh' ? `${month}月${date.getDate()}日` : `${month}/${date.getDate()}`;
}

/** The same with the clock, for a line above a message. */
function longTime(atMs, nowMs) {
  const short = shortTime(atMs, nowMs);
  const clock = clockTime(new Date(atMs));
  return short === clock ? clock : `${short} ${clock}`;
}

/** Whether a message deserves a line with the time above it. */
function isNewStretch(previous, atMs) {
  return previous === undefined || atMs - previous.atMs > 5 * minuteMs;
}

module.exports = { isNewStretch, longTime, shortTime };
