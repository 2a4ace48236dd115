/** @type {import('../types.mjs').Feed} */
export const echo = {
  path: '/echo',
  example: '/echo',
  about: 'sends back what it gets',
  answer: () => ({ serve }),
};

/** @param {import('../client.mjs').Client} client */
function serve(client) {
  client.onMessage((message) => {
    client.send(message, () => {
      if (!client.isFull) {
        client.listen();
      }
    });
    // Who sends without reading has to wait.
    if (client.isFull) {
      client.pause();
    }
  });
}
