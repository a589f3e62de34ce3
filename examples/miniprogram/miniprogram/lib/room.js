const { colorOf, initialOf } = require('./colors.js');
const { isNewStretch, longTime } = require('./time.js');

/**
 * One room as this phone knows it: what was said, what is on its way, what has not been seen. It knows nothing of the
 * connection and nothing of pages.
 */
class Room {
  constructor(row) {
    this.id = row.id;
    this.name = row.name;
    this.count = row.count;
    /** The last message, for the list of rooms. */
    this.last = row.last;
    /** Up to where we have everything, and of which life of the server. */
    this.known = undefined;
    this.unread = 0;
    this.guests = [];
    this.typing = {};
    /** Whether we have entered it over the present connection. */
    this.isEntered = false;
    this.messages = [];
    this.sending = [];
    /** How many answers to `enter` are on their way, and what came meanwhile: it belongs behind what they bring. */
    this.entering = 0;
    this.early = [];
    this.toldGuests = undefined;
  }

  /** What the list says of the room. Something newer may have come in one frame with it. */
  update(row) {
    if (!this.isEntered) this.count = row.count;
    if (!this.last || (row.last && row.last.atMs >= this.last.atMs)) this.last = row.last;
  }

  /** The guests as they are now. */
  setGuests(guests) {
    this.guests = guests;
    this.toldGuests = guests;
    this.count = guests.length;
  }

  /** `enter` was called. To be followed by `entered`, or by `notEntered`. */
  enters() {
    this.entering += 1;
    this.toldGuests = undefined;
  }

  /** Takes what `enter` answered. Says how many messages are new. */
  entered(answer) {
    this.isEntered = true;
    // Whoever came or went in one frame with the answer was told of before it.
    this.setGuests(this.toldGuests || answer.guests);
    if (answer.isGap && this.messages.length > 0) this.messages.push({ gap: true, id: `gap${answer.lastId}` });
    const added = answer.messages.filter((message) => this.append(message));
    this.known = { epoch: answer.epoch, afterId: answer.lastId };
    const isNew = ({ id }) => !this.early.some((message) => message.id === id);
    const count = added.filter(isNew).length;
    this.notEntered();
    return count;
  }

  /** There is no answer to wait for. */
  notEntered() {
    this.entering = Math.max(0, this.entering - 1);
    if (this.entering > 0) return;
    const { early } = this;
    this.early = [];
    early.forEach((message) => {
      this.append(message);
    });
  }

  /** Takes a message; says whether it is new. */
  add(message) {
    if (this.entering === 0) return this.append(message);
    if (this.early.concat(this.messages).some(({ id }) => id === message.id)) return false;
    this.early.push(message);
    return true;
  }

  /** Puts a message behind the others, unless it is there. One of ours takes the place of its draft. */
  append(message) {
    this.sending = this.sending.filter((draft) => draft.clientId !== message.clientId);
    if (this.messages.some(({ id }) => id === message.id)) return false;
    this.messages.push(message);
    this.last = message;
    if (this.known) this.known = { epoch: this.known.epoch, afterId: Math.max(this.known.afterId, message.id) };
    delete this.typing[message.from.user];
    return true;
  }

  /** The ids of a server that has started anew begin anew: what we have keeps its place and is known no more. */
  forgetIds() {
    this.messages = this.messages.map((message, i) => Object.assign({}, message, { id: `old${i}` }));
  }

  /** What a page shows, oldest first. */
  rows(me, sources, nowMs) {
    let previous;
    const all = this.messages.concat(this.sending);
    return all.map((message) => {
      if (message.gap) {
        previous = undefined;
        return { key: message.id, gap: true };
      }
      const { from } = message;
      const row = {
        key: message.clientId || String(message.id),
        mine: me !== undefined && from.user === me.user,
        name: from.name,
        initial: initialOf(from.name),
        color: colorOf(from.user),
        text: message.text,
        image: message.image ? sources[message.image.id] || { loading: true } : undefined,
        time: isNewStretch(previous, message.atMs) ? longTime(message.atMs, nowMs) : '',
        status: message.status || '',
      };
      previous = message;
      return row;
    });
  }

  /** Who types now. */
  typists() {
    return Object.keys(this.typing).map((user) => this.typing[user].name);
  }
}

module.exports = { Room };
