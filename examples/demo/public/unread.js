let unread = 0;

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) show(0);
});

/** Counts a message that came while nobody looked: the number stands in the tab's title. */
export function countUnread() {
  if (document.hidden) show(unread + 1);
}

/** @param {number} count */
function show(count) {
  unread = count;
  document.title = count === 0 ? 'minihub' : `(${count > 99 ? '99+' : count}) minihub`;
}
