import { Subject } from '@microsoft/signalr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../public/limits.js';
import type { ChatMessage, Person, RoomChange, Welcome } from '../src/chat-hub.ts';
import type { RunningDemo } from '../src/demo-server.ts';
import { connectHub, type HubClient, startTestDemo } from './support/demo-clients.ts';

let demo: RunningDemo;
beforeAll(async () => {
  demo = await startTestDemo();
});
afterAll(() => demo.close());

const connect = (name: string): Promise<HubClient> =>
  connectHub(demo, `/chat?name=${encodeURIComponent(name)}`, ['message', 'joined', 'left', 'confirm']);

describe('/chat', () => {
  it('welcomes into a room, whose name is trimmed, and tells the others', async () => {
    await using ada = await connect('  Ada ');
    await using bob = await connect('Bob');
    const first = await ada.hub.invoke<Welcome>('join', ' tea ');
    expect(first).toEqual({ room: 'tea', you: { id: expect.any(String), name: 'Ada' }, members: [first.you] });
    const second = await bob.hub.invoke<Welcome>('join', 'tea');
    expect(second.members).toEqual([first.you, second.you]);
    expect(await ada.next<RoomChange>('joined')).toEqual({ room: 'tea', person: second.you, count: 2 });
  });

  it('carries what is said to everybody in the room, the speaker included, and to nobody else', async () => {
    await using ada = await connect('Ada');
    await using bob = await connect('Bob');
    await using eve = await connect('Eve');
    const { you } = await ada.hub.invoke<Welcome>('join', 'said');
    await bob.hub.invoke('join', 'said');
    await eve.hub.invoke('join', 'elsewhere');
    await ada.hub.invoke('say', 'said', ' 茶 <b> ');
    const expected = { room: 'said', from: you, text: '茶 <b>', atMs: expect.any(Number) };
    expect(await bob.next<ChatMessage>('message')).toEqual(expected);
    expect(await ada.next<ChatMessage>('message')).toEqual(expected);
    await eve.hub.invoke('say', 'elsewhere', 'alone');
    expect(await eve.next<ChatMessage>('message')).toMatchObject({ text: 'alone' });
  });

  it('tells the room who left, whether they said so or vanished', async () => {
    await using ada = await connect('Ada');
    await using bob = await connect('Bob');
    const eve = await connect('Eve');
    await ada.hub.invoke('join', 'leaving');
    const { you } = await bob.hub.invoke<Welcome>('join', 'leaving');
    const { you: vanished } = await eve.hub.invoke<Welcome>('join', 'leaving');
    await bob.hub.invoke('leave', 'leaving');
    expect(await ada.next<RoomChange>('left')).toEqual({ room: 'leaving', person: you, count: 2 });
    await eve.hub.stop();
    expect(await ada.next<RoomChange>('left')).toEqual({ room: 'leaving', person: vanished, count: 1 });
    expect(await ada.hub.invoke<Person[]>('members', 'leaving')).toHaveLength(1);
  });

  it('announces nobody twice, and nobody who was not there', async () => {
    await using ada = await connect('Ada');
    await using bob = await connect('Bob');
    await ada.hub.invoke('join', 'once');
    await bob.hub.invoke('leave', 'once');
    await bob.hub.invoke('join', 'once');
    await bob.hub.invoke('join', 'once');
    await bob.hub.invoke('leave', 'once');
    await bob.hub.invoke('leave', 'once');
    await ada.hub.invoke('say', 'once', 'end');
    await ada.next('message');
    const came: unknown[] = [];
    void ada.next('joined').then((change) => came.push(change));
    void ada.next('joined').then((change) => came.push(change));
    void ada.next('left').then((change) => came.push(change));
    void ada.next('left').then((change) => came.push(change));
    await ada.hub.invoke('members', 'once');
    expect(came).toHaveLength(2);
  });

  it('holds more than a hundred people in a room', async () => {
    const people = await Promise.all(Array.from({ length: 120 }, (_, n) => connect(`Person ${n}`)));
    await Promise.all(people.map(({ hub }) => hub.invoke('join', 'crowd')));
    const members = await people[0]?.hub.invoke<Person[]>('members', 'crowd');
    expect(members).toHaveLength(120);
    await people[0]?.hub.invoke('say', 'crowd', 'hello all');
    const heard = await Promise.all(people.map((person) => person.next<ChatMessage>('message')));
    expect(new Set(heard.map(({ text }) => text))).toEqual(new Set(['hello all']));
    await Promise.all(people.map((person) => person[Symbol.asyncDispose]()));
  });

  it('calls those without a name guests', async () => {
    await using guest = await connectHub(demo, '/chat', []);
    const { you } = await guest.hub.invoke<Welcome>('join', 'guests');
    expect(you.name).toBe(`Guest ${you.id.slice(0, 4)}`);
  });

  it.each(['', ' '.repeat(3), 'x'.repeat(limits.nameLength + 1), 'a\nb', 'a\u202eb'])(
    'lets nobody in who is called %j',
    async (name) => {
      await expect(connect(name)).rejects.toThrow('403');
    },
  );

  it.each([
    ['join', [' '], 'The name of a room must not be empty.'],
    ['join', ['r'.repeat(limits.roomLength + 1)], `The name of a room has at most ${limits.roomLength} characters.`],
    ['say', ['rules', ' \n '], 'A message must not be empty.'],
    ['say', ['rules', 'x'.repeat(limits.textLength + 1)], `A message has at most ${limits.textLength} characters.`],
    ['say', ['not joined', 'hello'], 'Join the room first.'],
    ['say', ['rules', 5], "Failed to invoke 'say' due to an error on the server."],
    ['say', ['rules'], "Failed to invoke 'say' due to an error on the server."],
  ])('refuses %s(%j) and says why', async (method, args, reason) => {
    await using ada = await connect('Ada');
    await ada.hub.invoke('join', 'rules');
    await expect(ada.hub.invoke(method, ...args)).rejects.toThrow(reason);
    expect(await ada.hub.invoke('members', 'rules')).toHaveLength(1);
  });

  it('lets one connection into a limited number of rooms', async () => {
    await using ada = await connect('Ada');
    for (let n = 0; n < limits.roomsPerConnection; n++) await ada.hub.invoke('join', `room ${n}`);
    await expect(ada.hub.invoke('join', 'one more')).rejects.toThrow('at most');
    await ada.hub.invoke('leave', 'room 0');
    await ada.hub.invoke('join', 'one more');
  });

  it('counts down, and adds up', async () => {
    await using ada = await connect('Ada');
    const numbers: number[] = [];
    await new Promise<void>((complete, error) => {
      ada.hub.stream<number>('countdown', 3).subscribe({ next: (n) => numbers.push(n), complete, error });
    });
    expect(numbers).toEqual([3, 2, 1, 0]);
    const upload = new Subject<number>();
    const sum = ada.hub.invoke<number>('sum', upload);
    for (const n of [1, 2, 3.5]) upload.next(n);
    upload.complete();
    expect(await sum).toBe(6.5);
  });
});
