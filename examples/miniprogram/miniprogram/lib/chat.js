const { connect } = require('@minihub/client');
const { messagePack } = require('@minihub/client/messagepack');
const config = require('../config.js');
const pictures = require('./pictures.js');
const { Room } = require('./room.js');
const session = require('./session.js');
const { texts } = require('./texts.js');

const nameKey = 'minihub-name';
const typingMs = 4000;
const noticeMs = 3000;

/**
 * The chat behind all pages: one connection, the rooms, and who is told when something changes. Pages show `state()` and
 * call the rest; none of them knows the connection.
 */
class Chat {
  constructor() {
    this.rooms = [];
    this.me = undefined;
    this.openRoomId = undefined;
    this.isHidden = false;
    this.sources = {};
    this.notice = undefined;
    this.listeners = [];
    this.drafts = 0;
  }

  /** Connects, once; for the app's onLaunch. */
  start() {
    this.connection = connect(session.roomsUrl(), {
      wx,
      accessToken: () => session.accessToken(this.connection && this.connection.lastError),
      protocol: messagePack(),
      // The server keeps the connection of a phone that is away for ten minutes: nothing is missed then.
      statefulReconnect: true,
      // Ours allows it. Negotiation would need the host in the list of request domains as well.
      negotiate: false,
      resumeWindowMs: 10 * 60000,
      // What is said while there is no network waits for it.
      maxQueuedMs: 60000,
    });
    this.connection.onStateChange((change) => this.stateChanged(change));
    this.connection.on('minihub:session', session.keep);
    this.connection.on('ping', () => true);
    this.connection.on('message', (message) => this.received(message));
    this.connection.on('guests', (id, guests) => this.withRoom(id, (room) => this.guestsChanged(room, guests)));
    this.connection.on('typing', (id, guest) => this.withRoom(id, (room) => this.somebodyTypes(room, guest)));
  }

  /** Tells `listener` of every change from now on. Gives the function that ends it. */
  listen(listener) {
    this.listeners.push(listener);
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    };
  }

  changed() {
    this.listeners.slice().forEach((listener) => {
      listener();
    });
  }

  // ---- the connection

  stateChanged({ to, resumed, error }) {
    this.lastError = error;
    if (to === 'connected') {
      if (resumed) this.say(texts.resumed);
      else this.begin();
    } else if (to !== 'disconnecting') {
      this.notice = undefined;
    }
    this.changed();
  }

  /** A new connection: the server knows nothing of us yet. */
  begin() {
    const isFirst = this.me === undefined;
    this.rooms.forEach((room) => {
      room.isEntered = false;
    });
    const name = wx.getStorageSync(nameKey);
    if (name) this.connection.invoke('setName', name).catch(() => {});
    const had = this.rooms.filter((room) => room.known !== undefined);
    Promise.all([this.refresh()].concat(had.map((room) => this.enter(room)))).then(
      () => {
        if (!isFirst && had.length > 0 && this.notice === undefined) this.say(texts.missed);
      },
      () => {},
    );
  }

  /** What the banner says, and whether a tap does something; undefined when all is well. */
  banner() {
    const { state, waitingFor } = this.connection;
    if (state === 'connected') return this.notice && { text: this.notice, tone: 'good' };
    if (waitingFor === 'network') return { text: texts.waitingNetwork, tone: 'bad', canRetry: true };
    if (waitingFor === 'foreground') return { text: texts.waitingForeground, tone: 'bad' };
    if (state === 'disconnected') return { text: texts.disconnected, tone: 'bad', canRetry: true };
    return { text: state === 'connecting' ? texts.connecting : texts.reconnecting, tone: 'busy', canRetry: true };
  }

  /** Tries again at once. */
  retry() {
    return this.connection.start().catch(() => {});
  }

  /** Shows a sentence for a while. */
  say(text) {
    this.notice = text;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => {
      this.notice = undefined;
      this.changed();
    }, noticeMs);
    this.changed();
  }

  /** The app went to the background, or came back. */
  hidden(isHidden) {
    this.isHidden = isHidden;
    if (!isHidden && this.openRoomId !== undefined) this.withRoom(this.openRoomId, (room) => this.seen(room));
  }

  // ---- rooms

  withRoom(id, act) {
    const room = this.rooms.find((candidate) => candidate.id === id);
    if (room !== undefined) act(room);
    return room;
  }

  /** Asks for the list of rooms. */
  refresh() {
    return this.connection.invoke('rooms').then((rows) => {
      rows.forEach((row) => {
        if (this.withRoom(row.id, (room) => room.update(row)) === undefined) this.rooms.push(new Room(row));
      });
      this.changed();
    });
  }

  /** A page shows a room. */
  open(id) {
    this.openRoomId = id;
    const ready = this.rooms.length > 0 ? Promise.resolve() : this.refresh();
    return ready.then(() => {
      this.withRoom(id, (room) => {
        this.seen(room);
        if (!room.isEntered) this.enter(room).catch(() => {});
      });
    });
  }

  /** The page is gone. The room goes on: what is said there counts as unread. */
  close(id) {
    if (this.openRoomId === id) this.openRoomId = undefined;
  }

  enter(room) {
    const { known } = room;
    const args = known === undefined ? [room.id] : [room.id, known];
    room.enters();
    const answered = this.connection.invoke.apply(this.connection, ['enter'].concat(args));
    const took = answered.then((answer) => {
      this.me = answer.you;
      if (known !== undefined && known.epoch !== answer.epoch) room.forgetIds();
      const added = room.entered(answer);
      if (answer.isGap && known !== undefined) this.say(texts.gap);
      if (known !== undefined && !this.isShown(room)) room.unread += added;
      room.messages.forEach((message) => {
        this.wantPicture(message);
      });
      this.changed();
    });
    answered.catch(() => {
      room.notEntered();
      this.changed();
    });
    return took;
  }

  isShown(room) {
    return room.id === this.openRoomId && !this.isHidden;
  }

  seen(room) {
    room.unread = 0;
    this.changed();
  }

  /** Messages that have not been seen, in all rooms. */
  unread() {
    return this.rooms.reduce((sum, room) => sum + room.unread, 0);
  }

  received(message) {
    this.withRoom(message.room, (room) => {
      if (!room.add(message)) return;
      if (!this.isShown(room) && !this.isMine(message)) room.unread += 1;
      this.wantPicture(message);
      this.changed();
    });
  }

  isMine({ from }) {
    return this.me !== undefined && from.user === this.me.user;
  }

  guestsChanged(room, guests) {
    room.setGuests(guests);
    this.changed();
  }

  somebodyTypes(room, guest) {
    const entry = { name: guest.name };
    room.typing[guest.user] = entry;
    setTimeout(() => {
      if (room.typing[guest.user] !== entry) return;
      delete room.typing[guest.user];
      this.changed();
    }, typingMs);
    this.changed();
  }

  // ---- saying and showing

  /** Says something: shown at once, sent when there is a connection. */
  send(room, text) {
    this.deliver(room, this.draft(room, { text }));
  }

  /** Shows a picture. */
  show(room, bytes) {
    const draft = this.draft(room, { text: '', bytes, image: { id: `draft${this.drafts}` } });
    const type = bytes[0] === 0x89 ? 'image/png' : 'image/jpeg';
    const { buffer } = bytes;
    this.sources[draft.image.id] = { src: `data:${type};base64,${wx.arrayBufferToBase64(buffer)}` };
    this.deliver(room, draft);
  }

  draft(room, about) {
    this.drafts += 1;
    const from = this.me || { user: '', name: texts.you };
    const clientId = `${Date.now().toString(36)}-${this.drafts}`;
    const draft = Object.assign({ clientId, from, atMs: Date.now(), status: 'sending' }, about);
    room.sending.push(draft);
    return draft;
  }

  /** Sends a draft, or sends it again: the server knows it by its client id, so it is never there twice. */
  deliver(room, draft) {
    draft.status = 'sending';
    this.changed();
    const { connection } = this;
    const call = draft.bytes
      ? connection.invoke('show', room.id, draft.clientId, pictures.pieces(draft.bytes))
      : connection.invoke('say', room.id, draft.text, draft.clientId);
    call.then(
      (message) => {
        if (draft.image) this.sources[message.image.id] = this.sources[draft.image.id];
        room.add(message);
        this.changed();
      },
      (error) => {
        draft.status = 'failed';
        draft.error = error.message;
        this.changed();
      },
    );
  }

  /** Sends what failed once more. */
  resend(room, clientId) {
    const draft = room.sending.find((candidate) => candidate.clientId === clientId);
    if (draft !== undefined) this.deliver(room, draft);
  }

  type(room) {
    this.connection.send('typing', room.id).catch(() => {});
  }

  wantPicture({ image }) {
    if (!image || this.sources[image.id]) return;
    this.sources[image.id] = { loading: true };
    pictures.fetchPicture(this.connection, image).then(
      (src) => {
        this.sources[image.id] = { src };
        this.changed();
      },
      () => {
        this.sources[image.id] = { gone: true };
        this.changed();
      },
    );
  }

  // ---- me

  rename(name) {
    return this.connection.invoke('setName', name).then((shown) => {
      wx.setStorageSync(nameKey, shown);
      if (this.me) this.me = Object.assign({}, this.me, { name: shown });
      this.changed();
      return shown;
    });
  }

  /** Asks the user for messages while away; to be called in a tap. Resolves to whether they agreed. */
  askForMessages() {
    const { templateId } = config;
    return new Promise((resolve, reject) => {
      wx.requestSubscribeMessage({
        tmplIds: [templateId],
        success: (answers) => {
          const granted = { [templateId]: answers[templateId] };
          this.connection.invoke('granted', granted).then(() => resolve(answers[templateId] === 'accept'), reject);
        },
        fail: ({ errMsg }) => reject(new Error(errMsg)),
      });
    });
  }
}

module.exports = { Chat };
