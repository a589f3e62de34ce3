const colors = ['#1485ee', '#07c160', '#fa9d3b', '#c97eea', '#10aeff', '#e67e22', '#5b8ff9', '#d8544f'];

/** A colour for somebody, always the same. */
function colorOf(text) {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 9973;
  return colors[sum % colors.length];
}

/** What stands in the avatar: the first character, an emoji whole. */
function initialOf(name) {
  const first = Array.from(name.trim())[0];
  return first === undefined ? '?' : first.toUpperCase();
}

module.exports = { colorOf, initialOf };
