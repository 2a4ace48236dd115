// Consumers that throw, or come back while they are being called; each rule compared with rxjs itself.
import { sameAsRxjs } from './differential.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

sameAsRxjs(stage, 'a consumer that throws', {
  'in next is reported later, and the values go on': ({ Observable, log }) => {
    const source = new Observable((subscriber) => {
      subscriber.next(1);
      log.push('after 1');
      subscriber.next(2);
      log.push(subscriber.closed);
    });
    source.subscribe((value) => {
      log.push(value);
      throw new Error(`thrown at ${value}`);
    });
  },
  'in error or complete is reported later, after the teardown': ({ Observable, log }) => {
    const thrower = (what) => () => {
      throw new Error(what);
    };
    const observer = { error: thrower('in error'), complete: thrower('in complete') };
    const run = (end) =>
      new Observable((subscriber) => {
        end(subscriber);
        log.push(subscriber.closed);
        return () => log.push('torn down');
      }).subscribe(observer);
    run((subscriber) => subscriber.error(new Error('given')));
    run((subscriber) => subscriber.complete());
  },
  'by having a next that is no function is reported too': ({ Observable, log }) => {
    new Observable((subscriber) => {
      subscriber.next(1);
      log.push(subscriber.closed);
    }).subscribe({ next: {} });
  },
  'does not keep others from their values': ({ Observable, log }) => {
    const subscribers = [];
    const source = new Observable((subscriber) => void subscribers.push(subscriber));
    source.subscribe(() => {
      throw new Error('first');
    });
    source.subscribe((value) => log.push(value));
    subscribers.forEach((subscriber) => subscriber.next('value'));
  },
  'in an operator ends the stream with an error': ({ Observable, rx, log }) => {
    const source = new Observable((subscriber) => {
      subscriber.next(1);
      log.push(subscriber.closed);
      return () => log.push('torn down');
    });
    const failing = rx.map(() => {
      throw new Error('in map');
    });
    source.pipe(failing).subscribe({ error: (error) => log.push(error.message) });
  },
  'leaves an unhandled error to the window': ({ Observable, log }) => {
    new Observable((subscriber) => {
      subscriber.error(new Error('nobody listens'));
      log.push(subscriber.closed);
    }).subscribe((value) => log.push(value));
  },
});

sameAsRxjs(stage, 'inside next a consumer may', {
  unsubscribe: ({ Observable, log }) => {
    /** @type {any} */
    let producer;
    const source = new Observable((subscriber) => {
      producer = subscriber;
      return () => log.push('torn down');
    });
    const subscription = source.subscribe((value) => {
      log.push(value);
      subscription.unsubscribe();
      log.push(subscription.closed);
    });
    producer.next(1);
    producer.next(2);
  },
  'subscribe again': ({ Observable, log }) => {
    const subscribers = [];
    const source = new Observable((subscriber) => void subscribers.push(subscriber));
    source.subscribe((value) => {
      log.push(`outer ${value}`);
      source.subscribe((inner) => log.push(`inner ${inner}`));
    });
    subscribers[0].next(1);
    subscribers[1].next(2);
    subscribers[0].next(3);
    log.push(subscribers.length);
  },
  'make the producer emit': ({ Observable, log }) => {
    /** @type {any} */
    let producer;
    const source = new Observable((subscriber) => void (producer = subscriber));
    source.subscribe((value) => {
      log.push(`in ${value}`);
      if (value < 3) {
        producer.next(value + 1);
      }
      log.push(`out ${value}`);
    });
    producer.next(1);
  },
  'make the producer complete': ({ Observable, log }) => {
    /** @type {any} */
    let producer;
    const source = new Observable((subscriber) => {
      producer = subscriber;
      return () => log.push('torn down');
    });
    source.subscribe({
      next: (value) => {
        producer.complete();
        log.push(value);
      },
      complete: () => log.push('complete'),
    });
    producer.next(1);
    producer.next(2);
  },
  'add and remove teardowns': ({ Observable, log }) => {
    /** @type {any} */
    let producer;
    const source = new Observable((subscriber) => void (producer = subscriber));
    const undo = () => log.push('undo');
    const subscription = source.subscribe((value) => {
      subscription[value](undo);
    });
    ['add', 'add', 'remove'].forEach((value) => producer.next(value));
    subscription.unsubscribe();
  },
});
