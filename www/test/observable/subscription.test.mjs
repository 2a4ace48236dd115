// What subscribe takes and what it returns, each rule compared with rxjs itself.
import { sameAsRxjs } from './differential.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

sameAsRxjs(stage, 'subscribe', {
  'takes an observer object and calls its methods as methods': ({ Observable, log }) => {
    const observer = {
      name: 'me',
      next(value) {
        log.push(`${this.name} ${value}`);
      },
      complete() {
        log.push(`${this.name} done`);
      },
    };
    const source = new Observable((subscriber) => {
      subscriber.next(1);
      subscriber.complete();
      subscriber.next(2);
    });
    log.push(source.subscribe(observer).closed);
  },
  'takes an observer with any one of the methods': ({ Observable, log }) => {
    const source = new Observable((subscriber) => {
      subscriber.next(1);
      subscriber.complete();
    });
    source.subscribe({ next: (value) => log.push(value) });
    source.subscribe({ complete: () => log.push('complete') });
    source.subscribe({ error: () => log.push('error') });
    source.subscribe({});
    source.subscribe({ next: undefined, error: null, complete: undefined });
  },
  'takes a bare function': ({ Observable, log }) => {
    new Observable((subscriber) => subscriber.next(1)).subscribe((value) => log.push(value));
  },
  'takes next, error and complete': ({ Observable, log }) => {
    const take = (source) =>
      source.subscribe(
        (value) => log.push(value),
        (error) => log.push(`error ${error.message}`),
        () => log.push('complete')
      );
    take(new Observable((subscriber) => (subscriber.next(1), subscriber.complete())));
    take(new Observable((subscriber) => (subscriber.next(2), subscriber.error(new Error('e')))));
  },
  'takes null in front of the other functions': ({ Observable, log }) => {
    new Observable((subscriber) => subscriber.complete()).subscribe(null, null, () => log.push('complete'));
  },
  'takes nothing at all': ({ Observable, log }) => {
    const source = new Observable((subscriber) => {
      log.push('started');
      subscriber.next(1);
      subscriber.complete();
      return () => log.push('torn down');
    });
    log.push(source.subscribe().closed);
    log.push(source.subscribe(undefined).closed, source.subscribe(null).closed);
  },
  'takes a Subscriber and ends with it': ({ Observable, rx, log }) => {
    const subscriber = new rx.Subscriber({
      next: (value) => log.push(value),
      error: (error) => log.push(error),
      complete: () => log.push('complete'),
    });
    /** @type {any} */
    let producer;
    new Observable((given) => {
      producer = given;
      return () => log.push('torn down');
    }).subscribe(subscriber);
    producer.next(1);
    subscriber.unsubscribe();
    producer.next(2);
    log.push(subscriber.closed, producer.closed);
  },
  'takes a Subscriber that is closed already': ({ Observable, rx, log }) => {
    const subscriber = new rx.Subscriber({ next: (value) => log.push(value) });
    subscriber.unsubscribe();
    new Observable((given) => {
      given.next(1);
      return () => log.push('torn down');
    }).subscribe(subscriber);
    log.push(subscriber.closed);
  },
  'takes a Subject': ({ Observable, rx, log }) => {
    const subject = new rx.Subject();
    subject.subscribe({ next: (value) => log.push(value), complete: () => log.push('complete') });
    new Observable((subscriber) => (subscriber.next(1), subscriber.complete())).subscribe(subject);
  },
  'does not mind an observer that has a property "closed"': ({ Observable, log }) => {
    const observer = { closed: true, next: (value) => log.push(value) };
    new Observable((subscriber) => subscriber.next(1)).subscribe(observer);
  },
  'gives each subscriber a run of its own': ({ Observable, log }) => {
    let runs = 0;
    const source = new Observable((subscriber) => subscriber.next(++runs));
    source.subscribe((value) => log.push(`first ${value}`));
    source.subscribe((value) => log.push(`second ${value}`));
  },
  'turns what the subscribe function throws into an error': ({ Observable, log }) => {
    const source = new Observable(() => {
      throw new Error('no feed');
    });
    source.subscribe({ error: (error) => log.push(error.message) });
    source.subscribe({});
  },
});

sameAsRxjs(stage, 'a Subscription', {
  'says closed after unsubscribe': ({ Observable, log }) => {
    const subscription = new Observable(() => () => log.push('torn down')).subscribe();
    log.push(subscription.closed);
    subscription.unsubscribe();
    log.push(subscription.closed);
  },
  'can be unsubscribed twice': ({ Observable, log }) => {
    const subscription = new Observable(() => () => log.push('torn down')).subscribe();
    log.push(typeof subscription.unsubscribe(), typeof subscription.unsubscribe());
  },
  'tears down after complete and after error': ({ Observable, log }) => {
    const observer = { error: () => log.push('error'), complete: () => log.push('complete') };
    /** @type {any} */
    let producer;
    const source = new Observable((subscriber) => {
      producer = subscriber;
      return () => log.push('torn down');
    });
    const first = source.subscribe(observer);
    producer.complete();
    const second = source.subscribe(observer);
    producer.error(new Error());
    log.push(first.closed, second.closed);
  },
  'is not closed yet while complete runs': ({ Observable, log }) => {
    /** @type {any} */
    let producer;
    const source = new Observable((subscriber) => void (producer = subscriber));
    const subscription = source.subscribe({ complete: () => log.push(subscription.closed) });
    producer.complete();
    log.push(subscription.closed);
  },
  'runs functions and unsubscribes objects that were added, in order': ({ Observable, log }) => {
    const subscription = new Observable(() => () => log.push('own')).subscribe();
    subscription.add(() => log.push('function'));
    subscription.add({ unsubscribe: () => log.push('object') });
    subscription.add(undefined);
    subscription.add(null);
    subscription.unsubscribe();
    subscription.unsubscribe();
  },
  'runs what is added when it is closed at once': ({ Observable, log }) => {
    const subscription = new Observable(() => undefined).subscribe();
    subscription.unsubscribe();
    subscription.add(() => log.push('function'));
    subscription.add({ unsubscribe: () => log.push('object') });
  },
  'runs a function twice that was added twice, a Subscription once': ({ Observable, rx, log }) => {
    const subscription = new Observable(() => undefined).subscribe();
    const undo = () => log.push('function');
    const child = new rx.Subscription(() => log.push('subscription'));
    [undo, undo, child, child].forEach((teardown) => subscription.add(teardown));
    subscription.unsubscribe();
  },
  'takes back one of what was added with remove': ({ Observable, rx, log }) => {
    const subscription = new Observable(() => undefined).subscribe();
    const undo = () => log.push('function');
    const child = new rx.Subscription(() => log.push('subscription'));
    [undo, undo, child].forEach((teardown) => subscription.add(teardown));
    subscription.remove(undo);
    subscription.remove(child);
    subscription.remove(() => undefined);
    subscription.unsubscribe();
    log.push(child.closed);
  },
  'does not mind being added to itself': ({ Observable, log }) => {
    const subscription = new Observable(() => () => log.push('torn down')).subscribe();
    subscription.add(subscription);
    subscription.unsubscribe();
    log.push(subscription.closed);
  },
  'is a child that an rxjs Subscription ends': ({ Observable, rx, log }) => {
    const parent = new rx.Subscription();
    const subscription = new Observable(() => () => log.push('torn down')).subscribe();
    parent.add(subscription);
    parent.unsubscribe();
    log.push(subscription.closed);
  },
  'lets teardowns come back to it': ({ Observable, log }) => {
    const subscription = new Observable(() => undefined).subscribe();
    subscription.add(() => {
      log.push(subscription.closed);
      subscription.unsubscribe();
      subscription.add(() => log.push('late'));
      subscription.remove(() => undefined);
    });
    subscription.add(() => log.push('last'));
    subscription.unsubscribe();
  },
  'runs all teardowns, then throws what they threw': ({ Observable, rx, log }) => {
    const subscription = new Observable(() => undefined).subscribe();
    const child = new rx.Subscription(() => {
      throw new Error('third');
    });
    const failing = (message) => () => {
      throw new Error(message);
    };
    [failing('first'), failing('second'), child, () => log.push('fourth')].forEach((teardown) =>
      subscription.add(teardown)
    );
    try {
      subscription.unsubscribe();
    } catch (error) {
      log.push(error.name, error.message, error.errors.map(String));
    }
    log.push(subscription.closed);
  },
  'passes for a Subscription where operators look for one': ({ Observable, log }) => {
    const subscription = new Observable(() => undefined).subscribe();
    log.push('closed' in subscription);
    log.push(...['add', 'remove', 'unsubscribe'].map((name) => typeof subscription[name]));
  },
});
