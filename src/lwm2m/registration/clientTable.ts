import type { Client } from './client';
import type { Registration } from './registration';

/** Object links kept for all clients together: 20,000 of them with a hundred each. */
const MAX_LINKS = 2_000_000;

/** The registered clients, by name and by the location of their registration. */
export class ClientTable {
  private readonly byName = new Map<string, Client>();
  private readonly byLocation = new Map<string, Client>();

  /** Object links of all registrations together. */
  private linkCount = 0;

  /** Whether this many links more are too many to keep. */
  isFullFor(links: number): boolean {
    return this.linkCount + links > MAX_LINKS;
  }

  get size(): number {
    return this.byName.size;
  }

  named(endpointName: string): Client | undefined {
    return this.byName.get(endpointName);
  }

  at(location: string): Client | undefined {
    return this.byLocation.get(location);
  }

  all(): IterableIterator<Client> {
    return this.byName.values();
  }

  add(client: Client): void {
    const { endpointName, location, peer } = client.registration;
    this.byName.set(endpointName, client);
    this.byLocation.set(location, client);
    this.linkCount += client.registration.objectLinks.length;
    client.listener.noteAt(peer, client);
  }

  /** Gives a client another registration (an Update, or a repeated Register): name stays, location and peer may change. */
  replace(client: Client, registration: Registration, listener: Client['listener']): void {
    const before = client.registration;
    if (before.location !== registration.location) {
      this.byLocation.delete(before.location);
      this.byLocation.set(registration.location, client);
    }
    if (before.peer.key !== registration.peer.key || client.listener !== listener)
      client.listener.forgetAt(before.peer, client);
    this.linkCount += registration.objectLinks.length - before.objectLinks.length;
    client.registration = registration;
    client.listener = listener;
    listener.noteAt(registration.peer, client);
  }

  remove(client: Client): void {
    const { endpointName, location, peer } = client.registration;
    this.byName.delete(endpointName);
    this.byLocation.delete(location);
    this.linkCount -= client.registration.objectLinks.length;
    client.listener.forgetAt(peer, client);
  }

  clear(): void {
    this.byName.clear();
    this.byLocation.clear();
    this.linkCount = 0;
  }
}
