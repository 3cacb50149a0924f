import { Connection, type World } from './connection';
import { Conversations, type ConversationsPorts } from './conversations';

export interface ClientPorts extends Omit<ConversationsPorts, 'send' | 'now' | 'later'> {
  world: World;
  /** Asks to be the tab that sends; called back when it is. Returns the way to step back. */
  lead(granted: () => void): () => void;
}

/** The connection and the conversations, put together. */
export class ChatClient {
  readonly conversations: Conversations;
  readonly connection: Connection;
  private stepBack: (() => void) | null = null;

  constructor({ world, lead, ...ports }: ClientPorts) {
    this.conversations = new Conversations({
      ...ports,
      send: (frame) => this.connection.send(frame),
      now: () => world.now(),
      later: (run, milliseconds) => world.later(run, milliseconds),
    });
    this.connection = new Connection(world, {
      onIn: () => this.conversations.sync(),
      onFrame: (frame) => this.conversations.onFrame(frame),
      onStatus: (status) => {
        // Who is not connected lets another tab send.
        if (status === 'live') this.stepBack ??= lead(() => this.conversations.sender.lead(true));
        else this.follow();
        this.conversations.onStatus(status);
      },
    });
  }

  async start(): Promise<void> {
    await this.conversations.load();
    this.connection.start();
  }

  stop(): void {
    this.connection.stop();
  }

  private follow(): void {
    this.stepBack?.();
    this.stepBack = null;
    this.conversations.sender.lead(false);
  }
}
