// Pausing and resuming by the operator, who confirms with user name and password each time: the page keeps no password.

import { ContactError, operate } from './client.js';
import { text } from './dom.js';
import { plural } from './format.js';

const byId = (id) => document.getElementById(id);
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

export class Operator {
  constructor(onDone) {
    this.onDone = onDone;
    this.button = byId('operate');
    this.dialog = byId('operator');
    this.password = byId('operator-password');
    this.error = byId('operator-error');
    this.confirm = byId('operator-confirm');
    this.button.addEventListener('click', () => this.#open());
    byId('operator-cancel').addEventListener('click', () => this.dialog.close());
    byId('operator-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.dialog.addEventListener('close', () => { this.password.value = ''; });
    byId('operator-plain').hidden = location.protocol === 'https:' || LOCAL.includes(location.hostname);
  }

  show({ assignment }) {
    this.assignment = assignment;
    this.pauses = assignment.state !== 'PAUSED';
    text(this.button, this.pauses ? 'Pause this instance' : 'Resume this instance');
    this.button.disabled = assignment.state === 'STOPPED';
  }

  #open() {
    const { instance, partitions } = this.assignment;
    this.instance = instance;
    this.pausing = this.pauses; // what is confirmed is what was asked, whatever comes in between
    text(byId('operator-title'), this.pausing ? 'Pause this instance?' : 'Resume this instance?');
    text(byId('operator-effect'), this.pausing
      ? `${instance} stops reading and keeps its ${plural(partitions.length, 'partition')}, so that nobody else reads`
        + ' them either. Other instances go on. Nothing is lost unless Kafka deletes what waits, by retention.'
      : `${instance} goes on reading where it stopped.`);
    text(this.confirm, this.pausing ? 'Pause' : 'Resume');
    text(this.error, '');
    this.confirm.disabled = false;
    this.dialog.showModal();
    (byId('operator-username').value ? this.password : byId('operator-username')).focus();
  }

  async #send() {
    this.confirm.disabled = true;
    text(this.error, '');
    try {
      const refused = await operate(this.instance, this.pausing, byId('operator-username').value, this.password.value);
      if (refused) {
        text(this.error, refused);
        this.password.select();
        return;
      }
      this.dialog.close();
      this.button.focus();
      this.onDone();
    } catch (failure) {
      if (!(failure instanceof ContactError)) {
        throw failure;
      }
      text(this.error, 'The service does not answer. Whether it took the order shows when it does.');
    } finally {
      this.confirm.disabled = false;
    }
  }
}
