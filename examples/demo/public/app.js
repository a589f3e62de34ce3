import { ChatConnection, reasonOf } from './chat-connection.js';
import { resetComposer, setUpComposer } from './composer.js';
import { closeConfirm, confirmInDialog } from './confirm-dialog.js';
import { showStatus } from './connection-view.js';
import { element } from './elements.js';
import { focusEntryForm, setUpEntryForm, showEntryFailure } from './entry-form.js';
import { clearExperiments, setUpExperiments } from './experiments.js';
import { switchLanguage, translatePage } from './language.js';
import { addEvent, addMessage, clearMessages, translateMessages } from './message-list.js';
import { addPerson, peopleCount, removePerson, showPeople } from './people-list.js';
import { countUnread } from './unread.js';

const welcome = element('welcome', HTMLElement);
const chat = element('chat', HTMLElement);
const panelButton = element('panel-button', HTMLButtonElement);
const state = element('state', HTMLElement);
const roomTitle = element('room-title', HTMLElement);

/** @type {ChatConnection | undefined} */
let connection;
let myId = '';

/** How many people the last change left, if there was one since a list of them was asked for. @type {number | undefined} */
let toldCount;

/** @param {string} name @param {string} room */
async function enterRoom(name, room) {
  const opened = new ChatConnection(name, room, {
    // A connection that was left may still have something to say.
    status: (status) => {
      if (connection !== opened) return;
      showStatus(status);
      if (status.state === 'connected') return;
      closeConfirm();
      toldCount = undefined;
    },
    welcomed: (answer, isReturn) => {
      myId = answer.you.id;
      listPeople(answer.members);
      element('room-name', HTMLElement).textContent = answer.room;
      if (isReturn) addEvent('cameBack');
    },
    message: (message) => {
      addMessage(message, message.from.id === myId);
      if (message.from.id !== myId) countUnread();
    },
    joined: ({ person, count }) => {
      addPerson(person);
      addEvent('joined', { name: person.name });
      void checkPeople(count);
    },
    left: ({ person, count }) => {
      removePerson(person);
      addEvent('left', { name: person.name });
      void checkPeople(count);
    },
    confirm: confirmInDialog,
  });
  connection = opened;
  clearMessages();
  state.hidden = false;
  try {
    await opened.start();
  } catch (error) {
    if (connection !== opened) return;
    showEntryFailure(reasonOf(error));
    return;
  }
  if (opened.isConnected) showChat(true);
  else showEntryFailure(opened.status.reason);
}

/**
 * The server says with every change how many there are. A page that counts otherwise has missed one, and asks.
 * @param {number} count
 */
async function checkPeople(count) {
  toldCount = count;
  const asked = connection;
  if (asked === undefined || count === peopleCount()) return;
  toldCount = undefined;
  try {
    /** @type {import('../src/chat-hub.ts').Person[]} */
    const people = await asked.invoke('members', asked.room);
    if (connection === asked) listPeople(people);
  } catch {
    // The connection went just now; everybody is asked for again when it is back.
  }
}

/**
 * Shows who is here. Who came or went in one frame with the answer was told of before this runs: then it is old already.
 * @param {readonly import('../src/chat-hub.ts').Person[]} people
 */
function listPeople(people) {
  showPeople(people, myId);
  if (toldCount !== undefined) void checkPeople(toldCount);
}

async function leaveRoom() {
  const left = connection;
  connection = undefined;
  closeConfirm();
  clearExperiments();
  resetComposer();
  showChat(false);
  showStatus({ state: 'disconnected', attempt: 0, reason: '' });
  await left?.stop();
}

async function connectAgain() {
  try {
    await connection?.start();
  } catch {
    // The notice says why.
  }
}

/** @param {boolean} isShown */
function showChat(isShown) {
  welcome.hidden = isShown;
  chat.hidden = !isShown;
  panelButton.hidden = !isShown;
  roomTitle.hidden = !isShown;
  showPanel(false);
  // On a phone the focus would open the keyboard over half of the chat.
  if (isShown) element(matchMedia('(pointer: coarse)').matches ? 'scroller' : 'text', HTMLElement).focus();
  else focusEntryForm();
}

/** On a phone the panel lies over the talk. @param {boolean} isShown */
function showPanel(isShown) {
  chat.classList.toggle('panel-open', isShown);
  panelButton.setAttribute('aria-expanded', String(isShown));
}

setUpEntryForm(enterRoom);
setUpComposer(() => {
  const usable = connection;
  return usable?.isConnected ? (text) => usable.invoke('say', usable.room, text) : undefined;
});
setUpExperiments(() => (connection?.isConnected ? connection : undefined));
element('language', HTMLButtonElement).addEventListener('click', () => {
  switchLanguage();
  translateMessages();
});
panelButton.addEventListener('click', () => showPanel(!chat.classList.contains('panel-open')));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && chat.classList.contains('panel-open')) showPanel(false);
});
element('leave', HTMLButtonElement).addEventListener('click', leaveRoom);
element('connect', HTMLButtonElement).addEventListener('click', connectAgain);
// The network is back, or somebody looks again: no reason to wait for a click.
const wake = () => {
  if (connection?.status.state === 'disconnected' && !chat.hidden && !document.hidden) void connectAgain();
};
addEventListener('online', wake);
document.addEventListener('visibilitychange', wake);

state.hidden = true;
showStatus({ state: 'disconnected', attempt: 0, reason: '' });
translatePage();
focusEntryForm();
