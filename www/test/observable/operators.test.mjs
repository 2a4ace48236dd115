// The same pipelines on rxjs's Observable and on ours: piped directly, without from() in between.
import { sameAsRxjs } from './differential.mjs';
import { setStage } from './stage.mjs';

const stage = setStage();

/** A source of five values that says what happens to it: at once, or one a task. */
const SOURCES = `
  const observer = { next: (value) => log.push(value), error: (error) => log.push('error ' + error.message), complete: () => log.push('complete') };
  const sync = new Observable((subscriber) => {
    log.push('started');
    for (let value = 1; value <= 5 && !subscriber.closed; value++) subscriber.next(value);
    subscriber.complete();
    return () => log.push('torn down');
  });
  const slow = new Observable((subscriber) => {
    log.push('started');
    let value = 0;
    const timer = setInterval(() => (++value > 5 ? subscriber.complete() : subscriber.next(value)), 4);
    return () => (clearInterval(timer), log.push('torn down'));
  });
  const failing = new Observable((subscriber) => {
    log.push('started');
    subscriber.next(1);
    subscriber.error(new Error('failed'));
    return () => log.push('torn down');
  });
`;

/** A check that pipes; `pipeline` is an expression over the sources. */
const piped = (pipeline, wait = 60) =>
  new Function(
    'kit',
    `return (async ({ Observable, rx, log, sleep }) => {${SOURCES}
      const subscription = (${pipeline}).subscribe(observer);
      await sleep(${wait});
      subscription.unsubscribe();
    })(kit)`
  );

/** A check that awaits a promise made of the sources. */
const awaited = (promise) =>
  new Function(
    'kit',
    `return (async ({ Observable, rx, log, sleep }) => {${SOURCES}
      await (${promise}).then((value) => log.push({ value }), (error) => log.push('rejected ' + error.message));
    })(kit)`
  );

const PIPELINES = {
  'pipe without operators': 'sync.pipe()',
  map: 'sync.pipe(rx.map((n) => n * 2))',
  'map, filter and scan': 'slow.pipe(rx.map((n) => n * 2), rx.filter((n) => n > 2), rx.scan((sum, n) => sum + n, 0))',
  'take of values that come at once': 'sync.pipe(rx.take(2))',
  'take of values that come slowly': 'slow.pipe(rx.take(2))',
  takeUntil: 'slow.pipe(rx.takeUntil(rx.timer(10)))',
  'takeUntil itself': 'rx.interval(7).pipe(rx.takeUntil(slow.pipe(rx.skip(1))))',
  takeWhile: 'sync.pipe(rx.takeWhile((n) => n < 3, true))',
  first: 'slow.pipe(rx.first())',
  share: 'slow.pipe(rx.share(), (shared) => rx.merge(shared, shared))',
  'share of values that come at once': 'sync.pipe(rx.share(), (shared) => rx.merge(shared, shared))',
  shareReplay: 'sync.pipe(rx.shareReplay(1), (shared) => rx.concat(shared, shared))',
  switchMap: 'slow.pipe(rx.switchMap((n) => rx.timer(n === 5 ? 1 : 9).pipe(rx.map(() => n))))',
  'switchMap into it': 'rx.of(1, 2).pipe(rx.switchMap(() => slow))',
  mergeMap: 'sync.pipe(rx.mergeMap((n) => [n, -n]))',
  'mergeMap into it': 'rx.of(1, 2).pipe(rx.mergeMap(() => sync))',
  concatMap: 'sync.pipe(rx.concatMap((n) => rx.timer(1).pipe(rx.map(() => n))))',
  exhaustMap: 'slow.pipe(rx.exhaustMap((n) => rx.timer(6).pipe(rx.map(() => n))))',
  throttleTime: 'sync.pipe(rx.throttleTime(500))',
  'throttleTime, trailing':
    'sync.pipe(rx.concatWith(rx.NEVER), rx.throttleTime(15, undefined, { leading: true, trailing: true }))',
  debounceTime: 'sync.pipe(rx.concatWith(rx.NEVER), rx.debounceTime(10))',
  bufferCount: 'slow.pipe(rx.bufferCount(2))',
  tap: 'sync.pipe(rx.tap({ subscribe: () => log.push("tapped"), unsubscribe: () => log.push("left"), complete: () => log.push("tap") }))',
  finalize: 'sync.pipe(rx.finalize(() => log.push("final")))',
  'finalize after unsubscribe': 'slow.pipe(rx.finalize(() => log.push("final")), rx.takeUntil(rx.timer(6)))',
  catchError: 'failing.pipe(rx.catchError((error) => rx.of(error.message)))',
  'catchError into it': 'rx.throwError(() => new Error("e")).pipe(rx.catchError(() => sync))',
  retry: 'failing.pipe(rx.retry(2))',
  repeat: 'sync.pipe(rx.repeat(2))',
  'repeat of values that come slowly': 'slow.pipe(rx.repeat(2))',
  startWith: 'sync.pipe(rx.startWith(0), rx.endWith(6))',
  delay: 'sync.pipe(rx.delay(3))',
  observeOn: 'sync.pipe(rx.observeOn(rx.asyncScheduler))',
  subscribeOn: 'sync.pipe(rx.subscribeOn(rx.asyncScheduler))',
  withLatestFrom: 'slow.pipe(rx.withLatestFrom(sync))',
  distinctUntilChanged: 'sync.pipe(rx.distinctUntilChanged((a, b) => a % 2 === b % 2), rx.pairwise())',
  toArray: 'sync.pipe(rx.toArray())',
  groupBy: 'sync.pipe(rx.groupBy((n) => n % 2), rx.mergeMap((group) => group.pipe(rx.toArray())))',
  materialize: 'failing.pipe(rx.materialize(), rx.map(({ kind, value }) => [kind, value]))',
  timeout:
    'new Observable(() => () => log.push("torn down")).pipe(rx.timeout({ first: 5, with: () => rx.of("late") }))',
  expand:
    'sync.pipe(rx.take(1), rx.expand((n) => (n < 4 ? new Observable((s) => (s.next(n + 1), s.complete())) : rx.EMPTY)))',
  'an operator of one’s own': 'sync.pipe((source) => new rx.Observable((subscriber) => source.subscribe(subscriber)))',
  from: 'rx.from(sync)',
  'from of what was piped': 'rx.from(slow.pipe(rx.map((n) => n + 1)))',
  merge: 'rx.merge(slow, sync)',
  concat: 'rx.concat(sync, slow)',
  combineLatest: 'rx.combineLatest([slow, sync])',
  'combineLatest by name': 'rx.combineLatest({ a: slow, b: sync })',
  forkJoin: 'rx.forkJoin([slow, sync])',
  zip: 'rx.zip(slow, sync)',
  race: 'rx.race(slow, rx.timer(50))',
  'race lost': 'rx.race(slow, rx.of("won"))',
  defer: 'rx.defer(() => sync)',
  iif: 'rx.iif(() => true, sync, slow)',
  using: 'rx.using(() => ({ unsubscribe: () => log.push("used") }), () => sync)',
};

const PROMISES = {
  firstValueFrom: 'rx.firstValueFrom(slow)',
  'firstValueFrom of values that come at once': 'rx.firstValueFrom(sync)',
  lastValueFrom: 'rx.lastValueFrom(slow)',
  'lastValueFrom of an error': 'rx.lastValueFrom(failing)',
  forEach: 'slow.forEach((value) => log.push(value))',
  'forEach of values that come at once': 'sync.forEach((value) => log.push(value))',
  'forEach of an error': 'failing.forEach((value) => log.push(value))',
  'forEach with a function that throws': 'slow.forEach(() => { throw new Error("mine"); })',
  'forEach with a function that throws at once':
    'sync.forEach((value) => { log.push(value); throw new Error("mine"); })',
};

const checksOf = (table, make) => Object.fromEntries(Object.entries(table).map(([name, code]) => [name, make(code)]));

sameAsRxjs(stage, 'pipeline', checksOf(PIPELINES, piped));
sameAsRxjs(stage, 'promise', checksOf(PROMISES, awaited));
