// Messages that a feed could send: no two are alike, so that no parser lives off a cache.
// They come over a real socket, because browsers keep a text that came from there in another
// form than one that a script has put together, and every contestant reads it faster or slower.

export interface Row {
  time: number;
  value: number;
}

let clock = 1_700_000_000_000;

function row(): Row {
  clock += 1;
  return { time: clock, value: Math.sin(clock / 500) * 20 + Math.random() };
}

/** The messages as a socket delivers them. */
export function received<Message extends string | ArrayBuffer>(
  sent: readonly Message[],
  echoUrl: string
): Promise<Message[]> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(echoUrl);
    socket.binaryType = 'arraybuffer';
    const messages: Message[] = [];
    socket.onopen = () => sent.forEach((message) => socket.send(message));
    socket.onerror = () => reject(new Error(`no echo from ${echoUrl}`));
    socket.onmessage = (event: MessageEvent<Message>) => {
      messages.push(event.data);
      if (messages.length === sent.length) {
        socket.close();
        resolve(messages);
      }
    };
  });
}

/** Messages of one row each. */
export function singles(count: number, echoUrl: string): Promise<string[]> {
  return received(
    Array.from({ length: count }, () => JSON.stringify(row())),
    echoUrl
  );
}

/** Messages that are arrays of rows. */
export function arrays(count: number, rows: number, echoUrl: string): Promise<string[]> {
  return received(
    Array.from({ length: count }, () => JSON.stringify(Array.from({ length: rows }, row))),
    echoUrl
  );
}
